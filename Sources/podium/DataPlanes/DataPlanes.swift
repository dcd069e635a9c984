import ExternalScaler
import Kubernetes
import Operator
import ServiceLifecycle

/// The data planes of an operator, wherever they run.
enum DataPlanes {
  case embedded(EmbeddedGateways)
  case deployed(DeployedGateways)

  var gateways: any Gateways {
    switch self {
    case .embedded(let gateways): gateways
    case .deployed(let gateways): gateways
    }
  }

  /// - Parameter snapshot: what is known of the cluster; data planes of other pods are found in it.
  func observe(_ snapshot: @escaping @Sendable () -> Snapshot) async {
    if case .deployed(let gateways) = self { await gateways.observe(snapshot) }
  }

  /// Where the data plane of a namespace listens; `nil` when it does so in another process.
  func port(_ namespace: String) async -> Int? {
    if case .embedded(let gateways) = self { await gateways.port(namespace) } else { nil }
  }

  /// What autoscaling asks for.
  var demand: any DemandSource {
    switch self {
    case .embedded(let gateways): GatewayDemand(gateways: gateways)
    case .deployed(let gateways): DeployedDemand(gateways: gateways)
    }
  }

  /// Ends with the operator.
  var service: any Service {
    switch self {
    case .embedded(let gateways): GatewayService(gateways: gateways)
    case .deployed(let gateways): DeployedService(gateways: gateways)
    }
  }

  private struct DeployedService: Service {
    let gateways: DeployedGateways

    func run() async throws {
      try? await gracefulShutdown()
      await gateways.shutdown()
    }
  }
}
