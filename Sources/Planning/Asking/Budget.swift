/// What a plan may cost, and how the money is to be used.
package struct Budget: Sendable, Hashable {
  /// Which of the configurations within the budget is taken, in the order of their cost.
  package enum Policy: String, Sendable, Hashable, CaseIterable {
    /// The cheapest.
    case strict
    /// The one in the middle.
    case flexible
    /// The fastest, whatever it costs within the limits.
    case none
  }

  package var maxMonthlyUSD: Double?
  package var maxHourlyUSD: Double?
  /// `nil` leaves the choice to the objective; a policy that is set wins over the objective.
  package var policy: Policy?

  package init(maxMonthlyUSD: Double? = nil, maxHourlyUSD: Double? = nil, policy: Policy? = nil) {
    self.maxMonthlyUSD = maxMonthlyUSD
    self.maxHourlyUSD = maxHourlyUSD
    self.policy = policy
  }
}
