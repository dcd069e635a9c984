import DataPlane
import ExternalScaler
import Logging
import NIOPosix
import Operator
import Reconciliation
import Scheduling
import Telemetry
import TokenVerification

/// The data planes of all namespaces in this process, each on a port of its own.
actor EmbeddedGateways: Gateways {
  /// Where the data planes listen.
  struct Addresses: Sendable {
    var host: String
    /// By namespace; a namespace without an entry gets any free port.
    var ports: [String: Int]
    /// How callers reach a port from outside of this process; `{port}` stands for it.
    var urlTemplate: String
    var tls: TLSSettings?
  }

  /// Names this process among the operators.
  private let instance = String(UInt64.random(in: .min ... .max), radix: 36)
  private let addresses: Addresses
  private let telemetry: TelemetryServices
  private let logger: Logger
  private var servers: [String: DataPlaneServer] = [:]
  private var verifiers: [TokenVerifier] = []
  private var starting: [String: Task<DataPlaneServer, any Error>] = [:]
  private var history: [String: FigureHistory] = [:]

  init(_ addresses: Addresses, telemetry: TelemetryServices, logger: Logger) {
    self.addresses = addresses
    self.telemetry = telemetry
    self.logger = logger
  }

  /// Starts the data plane of a namespace before it has a policy. Throws when it cannot listen.
  func open(_ namespace: String) async throws { _ = try await server(namespace) }

  func apply(_ policy: TrafficPolicy, namespace: String) async throws { try await server(namespace).apply(policy) }

  func figures(namespace: String) async -> [String: PoolFigures] {
    guard let server = servers[namespace], let statistics = try? await server.statistics() else { return [:] }
    return history[namespace, default: FigureHistory()].figures(statistics)
  }

  /// Of this process alone. A pool has the name of its ModelDeployment.
  func demand() async -> DemandPage {
    var page = DemandPage(instance: instance, models: [:])
    for (namespace, server) in servers {
      guard let pools = try? await server.statistics().pools else { continue }
      for pool in pools {
        let tiers = pool.scheduler.tiers
        page.models[namespace, default: [:]][pool.name] = Demand(
          inFlight: tiers.reduce(0) { $0 + $1.inUse },
          waiting: Dictionary(tiers.map { ($0.name, $0.waiting) }, uniquingKeysWith: +))
      }
    }
    return page
  }

  func urls() -> [String: String] { servers.compactMapValues { $0.port.map(url) } }

  func port(_ namespace: String) -> Int? { servers[namespace]?.port }

  /// Lets every request under way end.
  func shutdown() async {
    await withDiscardingTaskGroup { group in
      for server in servers.values { group.addTask { await server.shutdown() } }
    }
    for verifier in verifiers { await verifier.shutdown() }
    await telemetry.shutdown()
  }

  private func url(_ port: Int) -> String {
    addresses.urlTemplate.split(separator: "{port}", omittingEmptySubsequences: false).joined(separator: "\(port)")
  }

  private func server(_ namespace: String) async throws -> DataPlaneServer {
    if let server = servers[namespace] { return server }
    if let task = starting[namespace] { return try await task.value }
    var configuration = DataPlaneConfiguration()
    configuration.host = addresses.host
    configuration.port = addresses.ports[namespace] ?? 0
    configuration.namespace = namespace
    configuration.tls = addresses.tls
    telemetry.configure(&configuration)
    // One for each namespace: what is presented to one does not keep another's callers waiting.
    let verifier = TokenVerifier(logger: logger)
    verifiers.append(verifier)
    let server = DataPlaneServer(
      configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, verifier: verifier, logger: logger)
    let task = Task {
      try await server.start()
      return server
    }
    starting[namespace] = task
    defer { starting[namespace] = nil }
    servers[namespace] = try await task.value
    return server
  }
}
