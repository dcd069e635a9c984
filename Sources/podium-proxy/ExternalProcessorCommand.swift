import ArgumentParser
import DataPlane
import ExternalProcessor
import Foundation
import NIOPosix
import Telemetry
import TokenVerification

struct ExternalProcessorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "podium-proxy ext-proc",
    abstract: "Schedules the requests that Envoy carries: external processing (ext_proc) and the endpoint-picker protocol over gRPC.",
    discussion: """
      The same file, schedulers, metrics and signals as podium-proxy. Envoy holds each request until it is its turn, and sends it to the
      model server that is named to it. examples/envoy-ext-proc.yaml is the Envoy side of it, with both modes: headers alone, and bodies
      as well (FULL_DUPLEX_STREAMED). Health, readiness and metrics are served over HTTP on the admin port, and health over gRPC too.

      Of the file's listen, host and tls hold for gRPC as well; its ports, and its admin, are podium-proxy's alone. The TLS files are
      read again when they change. SIGTERM takes readiness back, serves on for timeouts.lameDuck, tells Envoy to go elsewhere, and
      lets the requests that wait or run end.
      """)

  @Option(name: .long, help: ArgumentHelp("The traffic policy, as YAML or JSON: see examples/proxy.yaml.", valueName: "file"))
  var config: String

  @Option(
    name: .long,
    help: ArgumentHelp("The traffic policy in a file of its own, which may come later; then the other file has none.", valueName: "file"))
  var policy: String?

  @Option(name: .long, help: "The port for Envoy's gRPC streams, and for gRPC health checks; 0 takes any free one.")
  var port = 9002

  @Option(name: .long, help: "The port for /healthz, /readyz, /metrics and /v1/models over HTTP; 0 takes any free one.")
  var adminPort = 9090

  @Option(
    name: .long, help: ArgumentHelp("Requests are for this pool only. Default: for the one that serves their model.", valueName: "name"))
  var pool: String?

  @Option(
    name: .long, help: ArgumentHelp("Names the model of a request whose body Envoy keeps to itself (headers alone).", valueName: "name"))
  var modelHeader = GatewaySettings().modelHeader

  @Option(name: .long, help: "Model servers named besides the one whose turn it is, for Envoy's own retries.")
  var alternatives = GatewaySettings().alternatives

  @OptionGroup var serving: ServingOptions
  @OptionGroup(title: "Several schedulers in front of the same backends") var fleet: FleetOptions

  @Flag(
    name: .customLong("conformance-test"),
    help: "For the conformance tests of gateways: the header test-epp-endpoint-selection says where a request goes, past every queue.")
  var isConformanceTest = false

  func validate() throws {
    for (name, port) in [("--port", port), ("--admin-port", adminPort)] where !(0...65535).contains(port) {
      throw ValidationError("\(name) \(port): write a port from 0 to 65535")
    }
    guard (0...16).contains(alternatives) else { throw ValidationError("--alternatives \(alternatives): write a number from 0 to 16") }
  }

  func run() async throws {
    let settings = PolicyFile(path: config)
    // Before it is read: what changes meanwhile is noticed.
    let applied = policy == nil ? settings.fingerprint : nil
    let file = try settings.read(hasPolicy: policy == nil)
    let source = policy.map { PolicyFile(path: $0, isPolicyAlone: true) } ?? settings
    if let pool, policy == nil, !file.policy.pools.contains(where: { $0.name == pool }) {
      let known = file.policy.pools.map(\.name).joined(separator: ", ")
      throw ValidationError("--pool \(pool): the policy has no such pool; write one of: \(known)")
    }
    let logger = serving.makeLogger()
    var (admin, streams) = try configurations(file, settings)
    let telemetry = try serving.telemetry(file, logger)
    telemetry.configure(&admin)
    file.bounds.apply(to: &admin)
    streams.host = admin.host
    let group = MultiThreadedEventLoopGroup(numberOfThreads: serving.threads)
    let verifier = TokenVerifier(logger: logger)
    let plane = DataPlaneServer(configuration: admin, group: group, verifier: verifier, logger: logger)
    if policy == nil { try source.apply(file.policy, to: plane) }
    let adminPort = try await plane.start()
    let port = try await ExternalProcessor.listen(streams, on: plane)
    announce(streams.tls == nil ? "grpc" : "grpcs", port, adminPort, admin.host, telemetry)
    await Lifetime(server: plane, source: source, applied: applied, telemetry: telemetry, logger: logger).serve()
    await verifier.shutdown()
    await telemetry.shutdown()
    try await group.shutdownGracefully()
  }

  private func configurations(
    _ file: ProxyFile, _ source: PolicyFile
  ) throws -> (DataPlaneConfiguration, ExternalProcessorConfiguration) {
    var admin = DataPlaneConfiguration()
    admin.host = serving.host ?? file.host ?? admin.host
    admin.port = adminPort
    admin.takesRequests = false
    admin.namespace = file.namespace ?? admin.namespace
    admin.fleet = try fleet.configuration(file.fleet, source: source)
    admin.lameDuck = Lifetime.lameDuck
    // Envoy adds lines of its own to the hundred that it lets a client send, and lets a head have 60 KiB.
    admin.limits.headerLines = 160
    admin.limits.headBytes = 96 * 1024
    var streams = ExternalProcessorConfiguration()
    streams.port = port
    streams.gateway.pool = pool
    streams.gateway.modelHeader = modelHeader.lowercased()
    streams.gateway.alternatives = alternatives
    streams.honoursTestSelection = isConformanceTest
    streams.tls = serving.tls ?? file.tls
    return (admin, streams)
  }

  private func announce(_ scheme: String, _ port: Int, _ adminPort: Int, _ host: String, _ telemetry: TelemetryServices) {
    let line = "podium-proxy ext-proc listens on \(scheme)://\(host):\(port), admin on http://\(host):\(adminPort)\n"
    // Standard output is the access log's alone, when it goes there.
    (telemetry.accessLog?.destination == .standardOutput ? FileHandle.standardError : .standardOutput).write(Data(line.utf8))
  }
}
