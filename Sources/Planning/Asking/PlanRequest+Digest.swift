extension PlanRequest {
  /// A hash of everything the request states, the same on every machine and in every version of this program that knows the
  /// same fields: FNV-1a, 64 bits, over one line per field that is set. Names count without their case.
  package var digest: String {
    var hash = FNV1a()
    func add(_ field: String, _ value: String?) {
      guard let value else { return }
      hash.combine("\(field)=\(value.lowercased())\n")
    }
    func add(_ field: String, _ value: Double?) { add(field, value.map { "\($0)" }) }
    add("model", workload.model)
    add("useCase", workload.useCase)
    add("expectedQPS", workload.expectedQPS)
    // Users do not matter beside an expected rate, so that adding them does not move a running model.
    if workload.expectedQPS == nil { add("concurrentUsers", workload.concurrentUsers) }
    add("peakQPS", workload.peakQPS)
    add("promptTokens", workload.promptTokens.map(Double.init))
    add("outputTokens", workload.outputTokens.map(Double.init))
    add("ttftP95", workload.serviceLevel.ttft)
    add("itlP95", workload.serviceLevel.itl)
    add("e2eP95", workload.serviceLevel.e2e)
    add("objective", objective.rawValue)
    add("maxMonthlyUSD", budget.maxMonthlyUSD)
    add("maxHourlyUSD", budget.maxHourlyUSD)
    add("policy", budget.policy?.rawValue)
    for type in Set(hardware.gpuTypes.map { $0.lowercased() }).sorted() { add("gpuType", type) }
    add("maxGPUs", hardware.maxGPUs.map(Double.init))
    add("maxTensorParallel", hardware.maxTensorParallel.map(Double.init))
    for name in Set(models.excluded.map { $0.lowercased() }).sorted() { add("excludedModel", name) }
    add("minimumContextTokens", models.minimumContextTokens.map(Double.init))
    if weights != ScoreWeights() {
      for weight in [weights.quality, weights.cost, weights.latency, weights.simplicity] { add("weight", weight) }
    }
    add("minimumConfidence", minimumConfidence?.rawValue)
    for (field, value) in pricing.digestFields { add(field, value) }
    return hash.text
  }
}

/// The hash FNV-1a with 64 bits (Fowler, Noll, Vo).
struct FNV1a {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ text: String) {
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
