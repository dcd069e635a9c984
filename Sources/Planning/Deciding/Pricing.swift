/// What GPUs cost.
enum Pricing {
  static let hoursPerMonth = 730.0

  static func cost(gpuCount: Int, pricePerHour: Double, traffic: Traffic) -> CapacityPlan.Cost {
    let hourly = Double(gpuCount) * pricePerHour
    let tokensPerHour = traffic.steadyQPS * Double(traffic.profile.promptTokens + traffic.profile.outputTokens) * 3600
    return CapacityPlan.Cost(
      perHourUSD: hourly, perMonthUSD: hourly * hoursPerMonth, perThousandTokensUSD: hourly / tokensPerHour * 1000)
  }
}

extension Budget {
  /// Whether a cost is within both limits. A millionth of a dollar is forgiven: sums of prices have no exact binary form.
  func allows(_ cost: CapacityPlan.Cost) -> Bool {
    cost.perMonthUSD <= (maxMonthlyUSD ?? .infinity) + 1e-6 && cost.perHourUSD <= (maxHourlyUSD ?? .infinity) + 1e-6
  }
}
