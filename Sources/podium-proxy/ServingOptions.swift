import ArgumentParser
import DataPlane
import Foundation
import Logging
import NIOCore
import Telemetry

/// What podium-proxy has in common, whoever it serves: clients themselves, or the gateway that carries their requests.
struct ServingOptions: ParsableArguments {
  @Option(name: .long, help: "An IP address to listen on, instead of the file's.")
  var host: String?

  @Option(name: .long, help: ArgumentHelp("The listener's TLS certificate chain in PEM, instead of the file's.", valueName: "file"))
  var tlsCertificate: String?

  @Option(name: .long, help: ArgumentHelp("The private key of the TLS certificate in PEM.", valueName: "file"))
  var tlsKey: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Certificates in PEM that vouch for those who connect: without one of them, none may.", valueName: "file")
  )
  var tlsClientCa: String?

  @Option(name: .long, help: "Event loops: threads that carry requests. Default: one per processor.")
  var loops: Int?

  @Option(name: .long, help: ArgumentHelp("A line of JSON for each request: stdout, none, or a file.", valueName: "where"))
  var accessLog: String?

  @Option(
    name: .customLong("otlp-endpoint"),
    help: ArgumentHelp("Where traces go: the base URL of an OpenTelemetry collector. OTEL_… variables work too.", valueName: "url"))
  var otlpEndpoint: String?

  @Option(name: .long, help: "The least severe messages to log: debug, info, warning or error.")
  var logLevel: Logger.Level = .info

  func validate() throws {
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key go together: give both")
    }
    guard tlsClientCa == nil || tlsKey != nil else {
      throw ValidationError("--tls-client-ca: give --tls-certificate and --tls-key as well")
    }
    if let loops, !(1...64).contains(loops) { throw ValidationError("--loops \(loops): write a number from 1 to 64") }
  }

  /// `nil` when no option says anything of TLS.
  var tls: TLSSettings? {
    guard let tlsCertificate, let tlsKey else { return nil }
    return TLSSettings(certificate: tlsCertificate, key: tlsKey, clientCA: tlsClientCa)
  }

  var threads: Int { loops ?? System.coreCount }

  func makeLogger() -> Logger {
    var logger = Logger(label: "podium-proxy", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = logLevel
    return logger
  }

  func telemetry(_ file: ProxyFile, _ logger: Logger) throws -> TelemetryServices {
    try TelemetryServices(
      .init(accessLog: accessLog, otlpEndpoint: otlpEndpoint, file: file.telemetry, environment: ProcessInfo.processInfo.environment),
      service: "podium-proxy", logger: logger)
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
