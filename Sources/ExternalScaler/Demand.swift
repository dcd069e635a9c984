/// How many requests a model has, as its data plane sees it at this moment.
package struct Demand: Sendable, Equatable {
  /// Dispatched and not ended.
  package var inFlight: Int
  /// Waiting for a slot, by tier.
  package var waiting: [String: Int]

  package init(inFlight: Int, waiting: [String: Int]) {
    self.inFlight = inFlight
    self.waiting = waiting
  }

  /// Of two data planes in front of the same model.
  package static func + (left: Demand, right: Demand) -> Demand {
    Demand(inFlight: left.inFlight + right.inFlight, waiting: left.waiting.merging(right.waiting, uniquingKeysWith: +))
  }

  /// What the autoscaler divides by a replica's part: everything, and what waits of protected tiers once more.
  func weighted(protected tiers: Set<String>) -> Int {
    inFlight + waiting.reduce(0) { $0 + $1.value * (tiers.contains($1.key) ? 2 : 1) }
  }
}

/// Whoever knows the demand.
package protocol DemandSource: Sendable {
  /// `nil` when there is no such model here.
  func demand(namespace: String, model: String) async -> Demand?
}
