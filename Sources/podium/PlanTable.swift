import Foundation
import Planning

/// A plan as a person reads it in a terminal.
struct PlanTable {
  private let result: PlanResult
  private let explained: Bool

  init(_ result: PlanResult, explained: Bool = false) {
    self.result = result
    self.explained = explained
  }

  var text: String {
    let answer =
      switch result {
      case .planned(let recommendation): table(recommendation)
      case .noViablePlan(let problem): problem.message + "\n" + rejected(problem.rejected)
      }
    return explained ? answer + explanation : answer
  }

  /// Every rejected configuration, the nearest to being possible first.
  private var explanation: String {
    guard !result.rejections.isEmpty else { return "\nNothing was rejected.\n" }
    return "\nWhy not, the nearest first:\n" + result.rejections.nearestFirst.map { "  \($0.sentence)\n" }.joined()
  }

  private func table(_ recommendation: Recommendation) -> String {
    let plan = recommendation.plan
    var text = "\(plan.model) on \(plan.gpuCount) × \(plan.accelerator): "
    text += "\(plan.replicas) × \(plan.gpusPerReplica) GPU, \(usd(plan.cost.perMonthUSD)) USD a month\n\n"
    for sentence in plan.why { text += "  - \(sentence)\n" }
    let rows =
      [row("", plan)] + recommendation.alternatives.map { row($0.strengths.joined(separator: ", "), $0.plan) }
    let header = ["", "MODEL", "GPU", "COUNT", "REPLICAS", "TTFT p95", "ITL p95", "E2E p95", "USD/MONTH", "CONFIDENCE"]
    if let pricing = plan.pricing { text += "\n" + cost(plan, pricing) }
    text += "\n" + Self.align([header] + rows)
    for alternative in recommendation.alternatives {
      text += "  \(alternative.plan.model) on \(alternative.plan.accelerator): \(alternative.trade)\n"
    }
    return text + rejected(recommendation.rejected)
  }

  /// What it costs, and how that is paid for.
  private func cost(_ plan: CapacityPlan, _ pricing: PlanPricing) -> String {
    let perTokens = String(format: "%.6f", plan.cost.perThousandTokensUSD)
    var text =
      "Cost: \(usd(plan.cost.perHourUSD)) USD an hour, \(usd(plan.cost.perMonthUSD)) USD a month, \(perTokens) USD per 1,000 tokens\n"
    text += "      \(pricing.title), \(String(format: "%.4f", pricing.perGPUHourUSD)) USD for a GPU and hour\n"
    return text
  }

  private func row(_ label: String, _ plan: CapacityPlan) -> [String] {
    [
      label.isEmpty ? "chosen" : label, plan.model, plan.accelerator, "\(plan.gpuCount)", "\(plan.replicas)",
      milliseconds(plan.predicted.ttft), milliseconds(plan.predicted.itl), milliseconds(plan.predicted.e2e), usd(plan.cost.perMonthUSD),
      "\(plan.confidence.rawValue) (\(plan.basis.rawValue))",
    ]
  }

  private func rejected(_ counts: [RejectionReason: Int]) -> String {
    guard !counts.isEmpty else { return "" }
    let words = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
    return "\nRejected: \(words.joined(separator: ", "))\n"
  }

  private func milliseconds(_ value: Double) -> String { String(format: "%.1f ms", value) }
  private func usd(_ value: Double) -> String { String(format: "%.2f", value) }

  static func align(_ rows: [[String]]) -> String {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
