import Scheduling

/// What the division of a pool's slots must know of its policy.
package struct PoolRules: Sendable, Equatable {
  struct Tier: Sendable, Equatable {
    var name: UInt64
    var weight: Int
    var priority: Int
  }

  var tiers: [Tier]
  /// Indices of tiers, highest priority first.
  var order: [Int]
  var algorithm: SchedulingPolicy.Algorithm

  package init(_ policy: SchedulingPolicy) {
    let tiers = policy.tiers.map { Tier(name: FleetName.hash($0.name), weight: max(1, $0.weight), priority: $0.priority) }
    self.tiers = tiers
    order = tiers.indices.sorted { (tiers[$0].priority, $1) > (tiers[$1].priority, $0) }
    algorithm = policy.algorithm
  }
}
