import Console
import Foundation
import Intent
import Planning

/// Advice as a person reads it in a terminal: what was understood, what was assumed, the plans.
struct AdviceText {
  private let advice: Advice
  /// Questions have been asked already.
  private let isInteractive: Bool

  init(_ advice: Advice, isInteractive: Bool) {
    self.advice = advice
    self.isInteractive = isInteractive
  }

  var text: String {
    var text = understood + assumed
    let notes = advice.draft.understanding.notes
    if !notes.isEmpty { text += "\nNote\n" + notes.map { "  - \(SpecificationText.line($0, 400))\n" }.joined() }
    text += "\n" + plans
    if !isInteractive, !advice.draft.questions.isEmpty { text += open }
    return text
  }

  private var understood: String {
    let findings = advice.draft.understanding.inOrder
    guard !findings.isEmpty else { return "Nothing of the text was understood as a specification.\n" }
    let rows = findings.map { finding in
      [
        "  " + finding.field.title, value(finding), "\"\(SpecificationText.line(finding.words, 60))\"",
        finding.confidence.rawValue + " confidence" + (finding.origin == .rules ? "" : ", by \(origin(finding.origin))"),
        finding.note ?? "",
      ]
    }
    return "Understood\n" + PlanTable.align(rows)
  }

  private func origin(_ origin: Finding.Origin) -> String {
    switch origin {
    case .rules: "the rules"
    case .model: "the language model"
    case .answer: "your answer"
    }
  }

  private func value(_ finding: Finding) -> String {
    let unit = finding.field.unit.map { " \($0)" } ?? ""
    return switch finding.value {
    case .number(let number): "\(Self.figure(number))\(unit)"
    case .text(let text): text
    case .names(let names): names.joined(separator: ", ")
    }
  }

  private static func figure(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? "\((value * 10_000).rounded() / 10_000)"
  }

  private var assumed: String {
    let assumptions = advice.draft.assumptions
    guard !assumptions.isEmpty else { return "" }
    return "\nAssumed\n" + PlanTable.align(assumptions.map { ["  " + $0.field, $0.text] })
  }

  private var plans: String {
    guard case .planned(let recommendation) = advice.result, let plan = advice.recommended else { return PlanTable(advice.result).text }
    var text = "Recommended: \(plan.model) on \(plan.gpuCount) × \(plan.accelerator), \(Self.money(plan.cost.perMonthUSD)) USD a month\n\n"
    for sentence in plan.why { text += "  - \(sentence)\n" }
    var rows = [
      ["RANKING", "", "MODEL", "GPU", "COUNT", "REPLICAS", "TTFT p95", "ITL p95", "E2E p95", "QUALITY", "USD/MONTH", "CONFIDENCE"]
    ]
    for (name, plans) in advice.rankings {
      for (place, plan) in plans.prefix(3).enumerated() { rows.append([place == 0 ? name : "", "\(place + 1)"] + Self.row(plan)) }
    }
    text += "\n" + PlanTable.align(rows)
    let counts = recommendation.rejected.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
    return counts.isEmpty ? text : text + "\nRejected: \(counts.joined(separator: ", ")) (podium plan --explain tells why)\n"
  }

  private static func row(_ plan: CapacityPlan) -> [String] {
    [
      plan.model, plan.accelerator, "\(plan.gpuCount)", "\(plan.replicas)", milliseconds(plan.predicted.ttft),
      milliseconds(plan.predicted.itl),
      milliseconds(plan.predicted.e2e), "\(plan.scores.quality.rounded())", money(plan.cost.perMonthUSD),
      "\(plan.confidence.rawValue) (\(plan.basis.rawValue))",
    ]
  }

  private static func milliseconds(_ value: Double) -> String { String(format: "%.1f ms", value) }
  private static func money(_ value: Double) -> String { String(format: "%.2f", value) }

  private var open: String {
    var text = "\nStill open; answer with --answer, or in the specification (-o spec)\n"
    for question in advice.draft.questions {
      text += "  - \(question.text) --answer \(question.field.rawValue)=…  (taken: \(question.defaultTitle))\n"
    }
    return text
  }
}
