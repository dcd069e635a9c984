import ArgumentParser
import Foundation
import Logging
import Telemetry

/// What the embedded data planes tell of requests.
struct TelemetryOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A line of JSON for each request of the data planes: stdout, none, or a file.", valueName: "where"))
  var accessLog: String?
  @Option(
    name: .customLong("otlp-endpoint"),
    help: ArgumentHelp(
      "Where the data planes' traces go: the base URL of an OpenTelemetry collector. OTEL_… variables work too.", valueName: "url"))
  var otlpEndpoint: String?

  func services(logger: Logger) throws -> TelemetryServices {
    do {
      return try TelemetryServices(
        .init(accessLog: accessLog, otlpEndpoint: otlpEndpoint, environment: ProcessInfo.processInfo.environment),
        service: "podium", version: Version.current, logger: logger)
    } catch {
      throw CleanFailure("\(error)")
    }
  }
}
