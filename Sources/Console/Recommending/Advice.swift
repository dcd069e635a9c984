import Intent
import JSON
import KnowledgeBase
import Planning

/// A sentence's way to ranked plans: the same for the command and the API.
package struct Advice: Sendable {
  package let draft: Draft
  /// Who read the sentence.
  package let reader: Reader
  package let result: PlanResult

  package enum Reader: Sendable, Hashable {
    case rules
    case model
    /// A model was asked and its answer could not be used, for this reason.
    case rulesAfterModelFailed(String)
  }

  /// - Parameter minimumConfidence: The least that a plan must have.
  package init(
    _ reading: Sentence, knowledge: Knowledge, minimumConfidence: CapacityPlan.Confidence? = nil
  ) throws(PlanProblem) {
    draft = Draft(reading.understanding, knowledge: knowledge, minimumConfidence: minimumConfidence)
    reader = reading.reader
    result = try Planner.plan(draft.request, knowledge: knowledge)
  }

  private init(_ draft: Draft, _ reader: Reader, _ knowledge: Knowledge) throws(PlanProblem) {
    self.draft = draft
    self.reader = reader
    result = try Planner.plan(draft.request, knowledge: knowledge)
  }

  /// What a person made of the specification.
  package func planned(again request: PlanRequest, knowledge: Knowledge) throws(PlanProblem) -> Advice {
    try Advice(draft.edited(request), reader, knowledge)
  }
}

extension Advice {
  /// The plan that answers what was asked for.
  package var recommended: CapacityPlan? { result.plan }

  /// The five rankings, the one that was asked for first.
  package var rankings: [(name: String, plans: [CapacityPlan])] {
    guard case .planned(let recommendation) = result else { return [] }
    let names: [Priority: String] = [
      .balanced: "balanced", .cost: "cheapest", .latency: "fastest", .accuracy: "most accurate", .simplicity: "simplest",
    ]
    let all = recommendation.rankings.byName
    return all.filter { $0.name == names[draft.priority] } + all.filter { $0.name != names[draft.priority] }
  }
}

/// A sentence that has been read.
package struct Sentence: Sendable {
  package var understanding: Understanding
  package let reader: Advice.Reader

  /// - Parameter model: Asked only when it is given here; whatever it does, the rules have an answer.
  package static func read(_ text: String, model: LanguageModelClient?, knowledge: Knowledge) async -> Sentence {
    let rules = Extractor.understanding(of: text, knowledge: knowledge)
    guard let model else { return Sentence(understanding: rules, reader: .rules) }
    do throws(LanguageModelProblem) {
      let answer = try await model.extract(text)
      return Sentence(understanding: ModelReading.merge(answer, into: rules, text: text, knowledge: knowledge), reader: .model)
    } catch {
      var understanding = rules
      understanding.note("The language model \(error); the rules read the text.")
      return Sentence(understanding: understanding, reader: .rulesAfterModelFailed("\(error)"))
    }
  }

  /// Takes answers to questions; one that cannot be understood is noted, and its default is taken.
  package mutating func take(_ answers: [Field: String], knowledge: Knowledge) {
    for field in Field.allCases {
      guard let answer = answers[field] else { continue }
      if !Answer.take(answer, for: field, in: &understanding, knowledge: knowledge) {
        understanding.unknown.insert(field)
        understanding.note("The answer for \(field.title) was not understood; a default is taken.")
      }
    }
  }
}
