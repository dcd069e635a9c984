/// What a plan is chosen for among those that meet the service level.
package enum Objective: String, Sendable, Hashable, CaseIterable {
  /// The best of quality, cost, latency and simplicity together.
  case balanced
  case cost
  case latency
  case accuracy
  /// The fewest GPUs in all, then the lowest cost.
  case fewestGPUs
}
