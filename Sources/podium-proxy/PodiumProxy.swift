import ArgumentParser
import DataPlane
import Foundation
import NIOPosix
import TokenVerification

@main
enum Program {
  /// One word tells the two programs apart: everything else is as it was before there were two.
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "ext-proc" {
      await ExternalProcessorCommand.main(Array(arguments.dropFirst()))
    } else {
      await PodiumProxy.main(arguments)
    }
  }
}

struct PodiumProxy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "podium-proxy",
    abstract: "The data plane alone: proxies OpenAI requests to model servers, the most important ones first.",
    discussion: """
      examples/proxy.yaml explains the file. It is read again when it changes and on SIGHUP; a file with a mistake is refused with the
      path of the wrong field, and what was in force stays. So are the files of the TLS certificate; and SIGHUP opens the access
      log's file anew. SIGTERM takes readiness back, serves on for timeouts.lameDuck, and lets the requests under way end; SIGINT
      does the last only.

      podium-proxy ext-proc --help: the same schedulers behind Envoy, which carries the requests itself.
      """)

  @Option(name: .long, help: ArgumentHelp("Where to listen, and the traffic policy, as YAML or JSON.", valueName: "file"))
  var config: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The traffic policy in a file of its own, instead of --config's. It may come later: until then the proxy is not ready.",
      valueName: "file"))
  var policy: String?

  @Option(name: .long, help: "A port to listen on, instead of the file's; 0 takes any free one.")
  var port: Int?

  @Option(name: .long, help: "A port for health, metrics and figures alone, instead of the file's; 0 takes any free one.")
  var adminPort: Int?

  @OptionGroup var serving: ServingOptions
  @OptionGroup(title: "Several proxies in front of the same backends") var fleet: FleetOptions

  func validate() throws {
    if let port, !(0...65535).contains(port) { throw ValidationError("--port \(port): write a port from 0 to 65535") }
    if let adminPort, !(0...65535).contains(adminPort) {
      throw ValidationError("--admin-port \(adminPort): write a port from 0 to 65535")
    }
  }

  func run() async throws {
    let settings = PolicyFile(path: config)
    // Before it is read: what changes meanwhile is noticed.
    let applied = policy == nil ? settings.fingerprint : nil
    let file = try settings.read(hasPolicy: policy == nil)
    let source = policy.map { PolicyFile(path: $0, isPolicyAlone: true) } ?? settings
    let logger = serving.makeLogger()

    var configuration = DataPlaneConfiguration()
    configuration.host = serving.host ?? file.host ?? configuration.host
    configuration.port = port ?? file.port ?? 8080
    configuration.admin = file.admin
    if let adminPort { configuration.admin = AdminListener(host: configuration.admin?.host ?? configuration.host, port: adminPort) }
    configuration.tls = serving.tls ?? file.tls
    configuration.namespace = file.namespace ?? configuration.namespace
    configuration.fleet = try fleet.configuration(file.fleet, source: settings)
    let telemetry = try serving.telemetry(file, logger)
    telemetry.configure(&configuration)
    configuration.lameDuck = Lifetime.lameDuck
    file.bounds.apply(to: &configuration)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: serving.threads)
    let verifier = TokenVerifier(logger: logger)
    let server = DataPlaneServer(configuration: configuration, group: group, verifier: verifier, logger: logger)
    // A policy of its own may come later, and be corrected later; a file that somebody wrote for this start may not be wrong.
    if policy == nil { try source.apply(file.policy, to: server) }
    let listening = try await server.start()
    var line = "podium-proxy listens on \(configuration.tls == nil ? "http" : "https")://\(configuration.host):\(listening)\n"
    if let admin = server.adminPort { line += "podium-proxy shows health and metrics on port \(admin)\n" }
    // Standard output is the access log's alone, when it goes there.
    (telemetry.accessLog?.destination == .standardOutput ? FileHandle.standardError : .standardOutput).write(Data(line.utf8))

    await Lifetime(server: server, source: source, applied: applied, telemetry: telemetry, logger: logger).serve()
    await verifier.shutdown()
    await telemetry.shutdown()
    try await group.shutdownGracefully()
  }
}
