import DataPlane
import ExternalScaler
import Logging
import Scheduling
import ServiceLifecycle

/// KEDA's external scaler in this process, beside the data planes whose demand it tells.
struct ScalerHost: Service {
  let server: ExternalScalerServer
  let logger: Logger

  init(host: String, port: Int, source: any DemandSource, logger: Logger) {
    server = ExternalScalerServer(host: host, port: port, source: source)
    self.logger = logger
  }

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await withGracefulShutdownHandler {
          try await server.run()
        } onGracefulShutdown: {
          server.stop()
        }
      }
      do {
        let port = try await server.port
        logger.notice("listening", metadata: ["scaler": "\(port)"])
        try await group.waitForAll()
      } catch {
        throw CleanFailure("--scaler-port: \(error)")
      }
    }
  }
}

/// A pool has the name of its ModelDeployment.
struct GatewayDemand: DemandSource {
  let gateways: EmbeddedGateways

  func demand(namespace: String, model: String) async -> Demand? {
    guard let pool = await gateways.statistics(namespace: namespace)?.pools.first(where: { $0.name == model }) else { return nil }
    let tiers = pool.scheduler.tiers
    return Demand(
      inFlight: tiers.reduce(0) { $0 + $1.inUse },
      waiting: Dictionary(tiers.map { ($0.name, $0.waiting) }, uniquingKeysWith: { first, _ in first }))
  }
}
