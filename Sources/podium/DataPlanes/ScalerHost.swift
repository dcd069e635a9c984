import ExternalScaler
import Logging
import ServiceLifecycle

/// KEDA's external scaler in this process, beside the data planes whose demand it tells.
struct ScalerHost: Service {
  let server: ExternalScalerServer
  private let source: any DemandSource
  let logger: Logger

  init(host: String, port: Int, source: any DemandSource, logger: Logger) {
    server = ExternalScalerServer(host: host, port: port, source: source)
    self.source = source
    self.logger = logger
  }

  func run() async throws {
    do {
      try await serve()
    } catch {
      await end()
      throw error
    }
    await end()
  }

  /// The connections to the other operators.
  private func end() async {
    if let fleet = source as? FleetDemand { await fleet.shutdown() }
  }

  private func serve() async throws {
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
