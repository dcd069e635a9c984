/// The best configurations in each respect, the best first, at most ``length`` of each.
package struct Rankings: Sendable, Hashable {
  package static let length = 5

  /// By all scores together.
  package var balanced: [CapacityPlan]
  package var cheapest: [CapacityPlan]
  /// By TTFT plus ITL in whole milliseconds.
  package var fastest: [CapacityPlan]
  package var mostAccurate: [CapacityPlan]
  /// By the fewest GPUs.
  package var simplest: [CapacityPlan]

  package init(
    balanced: [CapacityPlan] = [], cheapest: [CapacityPlan] = [], fastest: [CapacityPlan] = [], mostAccurate: [CapacityPlan] = [],
    simplest: [CapacityPlan] = []
  ) {
    self.balanced = balanced
    self.cheapest = cheapest
    self.fastest = fastest
    self.mostAccurate = mostAccurate
    self.simplest = simplest
  }

  /// All five with the words people use for them.
  package var byName: [(name: String, plans: [CapacityPlan])] {
    [
      ("balanced", balanced), ("cheapest", cheapest), ("fastest", fastest), ("most accurate", mostAccurate), ("simplest", simplest),
    ]
  }
}
