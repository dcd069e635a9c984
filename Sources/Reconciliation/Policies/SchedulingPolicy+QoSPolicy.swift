import QoSAPI
import Scheduling

extension SchedulingPolicy {
  /// The scheduling words of a QoSPolicy.
  package init(_ policy: QoSPolicy) {
    let priorities = policy.tiers.map(\.priority)
    let (lowest, highest) = (priorities.min() ?? 0, priorities.max() ?? 0)
    self.init(
      tiers: policy.tiers.map { TierPolicy($0, defaults: .ofRank($0.priority, lowest: lowest, highest: highest)) },
      defaultTier: policy.defaultTier ?? policy.tiers.last { $0.priority == lowest }?.name ?? "",
      algorithm: Algorithm(rawValue: policy.algorithm.rawValue) ?? .workConservingPriority, circuitBreakers: policy.circuitBreakers,
      adaptiveThresholds: policy.adaptiveThresholds, capacity: CapacitySource(rawValue: policy.capacity.rawValue) ?? .auto,
      placement: Placement(rawValue: policy.placement.rawValue) ?? .leastWork)
  }
}

extension TierPolicy {
  fileprivate init(_ tier: QoSPolicy.Tier, defaults: BreakerPolicy) {
    self.init(
      name: tier.name, weight: tier.weight, priority: tier.priority, sla: SLA(rawValue: tier.sla.rawValue) ?? .standard,
      objective: LatencyObjective(
        timeToFirstToken: tier.slo.ttft.map(Duration.milliseconds), interTokenLatency: tier.slo.itl.map(Duration.milliseconds),
        endToEnd: tier.slo.e2e.map(Duration.milliseconds)),
      breaker: BreakerPolicy(
        errorRate: tier.breakerErrorRate ?? defaults.errorRate,
        latencyTolerance: tier.breakerLatencyTolerance ?? defaults.latencyTolerance),
      revenue: TierRevenue(perRequest: tier.revenuePerRequest ?? 0, perMillionTokens: tier.revenuePerMillionTokens ?? 0))
  }
}

extension BreakerPolicy {
  /// The most valuable traffic leaves a sick backend first: strict for the highest priority, lenient for the lowest.
  fileprivate static func ofRank(_ priority: Int, lowest: Int, highest: Int) -> BreakerPolicy {
    if priority == highest { return .strict }
    return priority == lowest ? .lenient : .moderate
  }
}
