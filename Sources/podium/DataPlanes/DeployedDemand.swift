import ExternalScaler
import Reconciliation

/// The demand of all proxies together. A pool has the name of its ModelDeployment.
struct DeployedDemand: DemandSource {
  let gateways: DeployedGateways

  func demand(namespace: String, model: String) async -> Demand? {
    guard let tiers = await gateways.state(namespace: namespace, pool: model) else { return nil }
    return Demand(
      inFlight: tiers.reduce(0) { $0 + $1.inUse },
      waiting: Dictionary(tiers.map { ($0.counted.name, $0.waiting) }, uniquingKeysWith: +))
  }
}
