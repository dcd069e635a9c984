import Intent
import JSON
import KnowledgeBase
import Planning

/// Advice as JSON: `podium recommend -o json` and `POST /api/v1/recommend`.
package enum AdviceReport {
  package static func json(_ advice: Advice) -> JSONValue {
    let draft = advice.draft
    return [
      "understood": .array(draft.understanding.inOrder.map(json)),
      "assumed": .array(draft.assumptions.map { ["field": .string($0.field), "text": .string($0.text)] }),
      "questions": .array(draft.questions.map(json)), "notes": JSONValue(draft.understanding.notes),
      "reader": advice.reader == .model ? "model" : "rules", "priority": .string(draft.priority.rawValue),
      "specification": SpecificationWriter.manifest(of: draft.request), "recommended": advice.recommended.map(PlanReport.json) ?? .null,
      "rankings": .object(JSONObject(advice.rankings.map { ($0.name, .array($0.plans.map(PlanReport.json))) })),
      "plan": PlanReport.json(advice.result),
    ]
  }

  private static func json(_ finding: Finding) -> JSONValue {
    let value: JSONValue =
      switch finding.value {
      case .number(let number): Int64(exactly: number).map { .int($0) } ?? .double(number)
      case .text(let text): .string(text)
      case .names(let names): JSONValue(names)
      }
    return [
      "field": .string(finding.field.rawValue), "path": .string(finding.field.path), "value": value, "words": .string(finding.words),
      "confidence": .string(finding.confidence.rawValue), "origin": .string(finding.origin.rawValue),
      "note": finding.note.map { .string($0) } ?? .null,
    ]
  }

  private static func json(_ question: Question) -> JSONValue {
    [
      "field": .string(question.field.rawValue), "text": .string(question.text),
      "choices": .array(question.choices.map { ["value": .string($0.value), "title": .string($0.title)] }),
      "examples": JSONValue(question.examples), "default": .string(question.defaultValue),
    ]
  }
}
