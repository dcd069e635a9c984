import Planning
import QoSAPI

/// Whether the budget pays for a canary beside the deployment's own servers.
///
/// Before all the requests go to it, it has as many servers as its plan; that both run is what has to be paid, if only for a while.
enum CanaryBudget {
  /// `nil` when it does, or when nobody set one. A simulator costs nothing, but is planned as if it did.
  static func finding(_ deployment: ModelDeployment, own: CapacityPlan?, canary: CapacityPlan) -> Finding? {
    let budget = deployment.budget
    let limits = [
      ("maxMonthlyUSD", "a month", budget.maxMonthlyUSD, (own?.cost.perMonthUSD ?? 0) + canary.cost.perMonthUSD),
      ("maxHourlyUSD", "an hour", budget.maxHourlyUSD, (own?.cost.perHourUSD ?? 0) + canary.cost.perHourUSD),
    ]
    // A hair above, so that a budget of exactly both is enough.
    for (field, unit, limit, cost) in limits {
      guard let limit, cost > limit * (1 + 1e-9) else { continue }
      let both = (cost * 100).rounded(.up) / 100
      return Finding(
        "OverBudget",
        "The canary is not started: until it is promoted both run, for \(both) USD \(unit), and spec.budget.\(field) is \(limit). "
          + "For that time set it to \(both), or change the model without a canary.")
    }
    return nil
  }
}
