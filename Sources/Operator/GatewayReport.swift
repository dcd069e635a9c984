import Reconciliation

/// What a data plane says of itself.
package struct GatewayReport: Sendable {
  /// How far the policy that was handed over last has come.
  package enum Standing: Sendable, Equatable {
    case inForce
    /// It is on its way, and why it takes so long.
    case pending(String)
    /// The one before it stays in force, and why.
    case refused(String)
  }

  /// By name; empty when there is no data plane.
  package var pools: [String: PoolFigures]
  package var standing: Standing

  package init(pools: [String: PoolFigures] = [:], standing: Standing = .inForce) {
    self.pools = pools
    self.standing = standing
  }
}

extension Gateways {
  /// Where applying a policy puts it into force at once, as in this process.
  package func report(namespace: String) async -> GatewayReport { GatewayReport(pools: await figures(namespace: namespace)) }

  package func lead(_ isLeading: Bool) async {}
}
