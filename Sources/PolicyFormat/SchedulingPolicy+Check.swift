import Scheduling

extension SchedulingPolicy {
  /// Refuses what could not be enforced.
  package func check(path: String) throws(PolicyError) {
    guard !tiers.isEmpty else { throw PolicyError(path: "\(path).tiers", reason: "is empty: at least one tier is needed") }
    var names = Set<String>()
    for (index, tier) in tiers.enumerated() {
      let path = "\(path).tiers[\(index)]"
      guard !tier.name.isEmpty else { throw PolicyError(path: "\(path).name", reason: "is empty") }
      guard names.insert(tier.name).inserted else {
        throw PolicyError(path: "\(path).name", reason: "'\(tier.name)' is given twice: tier names must be distinct")
      }
      guard (1...100).contains(tier.weight) else {
        throw PolicyError(path: "\(path).weight", reason: "is \(tier.weight): write a weight from 1 to 100")
      }
      guard (0...1).contains(tier.breaker.errorRate) else {
        throw PolicyError(path: "\(path).breaker.errorRate", reason: "is \(tier.breaker.errorRate): write a share from 0 to 1")
      }
      guard tier.breaker.latencyTolerance >= 1 else {
        throw PolicyError(
          path: "\(path).breaker.latencyTolerance", reason: "is \(tier.breaker.latencyTolerance): write a multiple of at least 1")
      }
    }
    guard names.contains(defaultTier) else {
      throw PolicyError(
        path: "\(path).defaultTier",
        reason: "'\(defaultTier)' is no tier: write one of \(names.sorted().joined(separator: ", "))")
    }
  }
}
