import Scheduling

/// A tier of the policy that a deployment is served under, as far as scaling and alerts depend on it.
package struct ServedTier: Sendable, Hashable {
  package var name: String
  /// Its waiting requests count twice for the autoscaler: more servers come before its callers notice.
  package var isProtected: Bool
  /// Whether a latency is promised to it: 95 of 100 requests within.
  package var hasObjective: Bool
  /// The part of its requests that may fail, 0 to 1.
  package var tolerableErrorRate: Double

  package init(name: String, isProtected: Bool = false, hasObjective: Bool = false, tolerableErrorRate: Double = 0.05) {
    self.name = name
    self.isProtected = isProtected
    self.hasObjective = hasObjective
    self.tolerableErrorRate = tolerableErrorRate
  }

  package init(_ tier: TierPolicy) {
    let objective = tier.objective
    self.init(
      name: tier.name, isProtected: tier.sla == .guaranteed,
      hasObjective: objective.timeToFirstToken != nil || objective.interTokenLatency != nil || objective.endToEnd != nil,
      tolerableErrorRate: tier.breaker.errorRate)
  }
}
