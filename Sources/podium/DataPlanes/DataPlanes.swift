import ExternalScaler
import Hummingbird
import Kubernetes
import NIOCore
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
  /// - Parameter peers: the health ports of all operators; empty where there is one.
  func demand(peers: @escaping @Sendable () -> [ProxyAddresses.Address]) -> any DemandSource {
    switch self {
    case .embedded(let gateways): FleetDemand(own: { await gateways.demand() }, peers: peers)
    case .deployed(let gateways): DeployedDemand(gateways: gateways)
    }
  }

  /// What other operators ask this one; `nil` where they can ask the proxies.
  var demandPage: RouterResponder<BasicRequestContext>? {
    guard case .embedded(let gateways) = self else { return nil }
    let router = Router()
    router.get("\(DemandPage.path)") { _, _ in
      let body = await gateways.demand().json.text()
      return Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
    return router.buildResponder()
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
