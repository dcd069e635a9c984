/// What is compared of two plans, in the order in which it is shown.
package enum ComparedFigure: String, Sendable, Hashable, CaseIterable {
  case model, accelerator, gpusPerReplica, replicas, maxReplicas, gpuCount
  case costPerHourUSD, costPerMonthUSD, costPer1kTokensUSD, pricing
  case ttftP95, itlP95, e2eP95, expectedQPS, peakQPS, requestsPerSecond
  case quality, confidence

  package var title: String {
    switch self {
    case .model: "model"
    case .accelerator: "GPU"
    case .gpusPerReplica: "GPUs of a replica"
    case .replicas: "replicas"
    case .maxReplicas: "replicas at the peak"
    case .gpuCount: "GPUs"
    case .costPerHourUSD: "USD/hour"
    case .costPerMonthUSD: "USD/month"
    case .costPer1kTokensUSD: "USD/1,000 tokens"
    case .pricing: "paid for"
    case .ttftP95: "TTFT p95, ms"
    case .itlP95: "ITL p95, ms"
    case .e2eP95: "E2E p95, ms"
    case .expectedQPS: "requests/s expected"
    case .peakQPS: "requests/s at the peak"
    case .requestsPerSecond: "requests/s at least"
    case .quality: "quality, 0-100"
    case .confidence: "confidence"
    }
  }

  func value(_ plan: CapacityPlan) -> PlanComparison.Value? {
    switch self {
    case .model: .text(plan.model)
    case .accelerator: .text(plan.accelerator)
    case .gpusPerReplica: .number(Double(plan.gpusPerReplica))
    case .replicas: .number(Double(plan.replicas))
    case .maxReplicas: .number(Double(plan.maxReplicas))
    case .gpuCount: .number(Double(plan.gpuCount))
    case .costPerHourUSD: .number(plan.cost.perHourUSD)
    case .costPerMonthUSD: .number(plan.cost.perMonthUSD)
    case .costPer1kTokensUSD: .number(plan.cost.perThousandTokensUSD)
    case .pricing: plan.pricing.map { .text($0.title) }
    case .ttftP95: .number(plan.predicted.ttft)
    case .itlP95: .number(plan.predicted.itl)
    case .e2eP95: .number(plan.predicted.e2e)
    case .expectedQPS: .number(plan.traffic.steadyQPS)
    case .peakQPS: .number(plan.traffic.peakQPS)
    case .requestsPerSecond: .number(plan.requestsPerSecond)
    case .quality: .number(plan.scores.quality)
    case .confidence: .text("\(plan.confidence.rawValue) (\(plan.basis.rawValue))")
    }
  }

  /// The value as people read it.
  package func text(_ value: PlanComparison.Value) -> String {
    switch value {
    case .text(let text): text
    case .number(let number): figure(number)
    }
  }

  /// `+1,642.50 (+25 %)`, `=`.
  package func text(_ difference: PlanComparison.Difference) -> String {
    let shown = figure(difference.absolute)
    guard shown.contains(where: { ("1"..."9").contains($0) }) else { return "=" }
    let sign = difference.absolute > 0 ? "+" : ""
    guard let percent = difference.percent else { return sign + shown }
    let digits = Figure(percent, decimals: percent.magnitude < 10 ? 1 : 0).description
    return "\(sign)\(shown) (\(sign)\(digits) %)"
  }

  private func figure(_ number: Double) -> String {
    switch self {
    case .costPerHourUSD, .costPerMonthUSD: Figure.money(number).description
    case .ttftP95, .itlP95, .e2eP95, .quality: Figure(number, decimals: 1).description
    default: Figure(number).description
    }
  }
}
