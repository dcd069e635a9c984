extension PlanRequest {
  /// Refuses numbers that cannot be meant, whatever is known about models and GPUs.
  func checkNumbers() throws(PlanProblem) {
    try Self.check(workload.expectedQPS, "traffic.expectedQPS", 0.000_001...1_000_000, "requests per second")
    try Self.check(workload.peakQPS, "traffic.peakQPS", 0.000_001...1_000_000, "requests per second")
    try Self.check(workload.concurrentUsers, "traffic.concurrentUsers", 1...1_000_000_000, "people")
    try Self.check(workload.promptTokens.map(Double.init), "traffic.promptTokens", 1...10_000_000, "tokens")
    try Self.check(workload.outputTokens.map(Double.init), "traffic.outputTokens", 1...10_000_000, "tokens")
    // An answer that takes longer than a day, or less than a microsecond, was not meant.
    let slo = workload.serviceLevel
    for (value, name) in [(slo.ttft, "slo.ttftP95"), (slo.itl, "slo.itlP95"), (slo.e2e, "slo.e2eP95")] {
      try Self.check(value, name, 0.001...86_400_000, "milliseconds")
    }
    try Self.check(budget.maxMonthlyUSD, "budget.maxMonthlyUSD", 0.01...1_000_000_000_000, "USD")
    try Self.check(budget.maxHourlyUSD, "budget.maxHourlyUSD", 0.000_01...1_000_000_000, "USD")
    try Self.check(hardware.maxGPUs.map(Double.init), "hardware.maxGPUs", 1...1_000_000, "GPUs")
    try Self.check(hardware.maxTensorParallel.map(Double.init), "hardware.maxTensorParallel", 1...1024, "GPUs")
    try Self.check(models.minimumContextTokens.map(Double.init), "planning.minimumContextTokens", 1...10_000_000, "tokens")
    for (weight, name) in [
      (weights.quality, "quality"), (weights.cost, "cost"), (weights.latency, "latency"), (weights.simplicity, "simplicity"),
    ] {
      try Self.check(weight, "planning.weights.\(name)", 0...1_000_000, "its share of the balanced score")
    }
    if [weights.quality, weights.cost, weights.latency, weights.simplicity].allSatisfy({ $0 == 0 }) {
      throw .invalidValue(
        field: "planning.weights", value: "all 0", expected: "at least one weight above 0, or every plan is as good as any")
    }
    try pricing.forEachNumber(Self.check)
    if let ttft = slo.ttft, let e2e = slo.e2e, e2e < ttft {
      throw .contradiction("slo.ttftP95", "slo.e2eP95", advice: "a whole answer cannot come before its first token")
    }
  }

  private static func check(
    _ value: Double?, _ field: String, _ range: ClosedRange<Double>, _ unit: String
  ) throws(PlanProblem) {
    guard let value, !range.contains(value) else { return }
    let bounds = "a number from \(Figure(range.lowerBound)) to \(Figure(range.upperBound)) (\(unit))"
    throw .invalidValue(field: field, value: "\(value)", expected: bounds)
  }
}
