/// How good a model is at one type of task: the share of such tasks that it gets right, or another score from 0 to 1.
package struct TaskQuality: Sendable, Equatable {
  /// For prompts of at most so many tokens.
  package struct Step: Sendable, Equatable {
    package var upTo: Int
    package var score: Double

    package init(upTo: Int, score: Double) {
      self.upTo = upTo
      self.score = score
    }
  }

  package var score: Double
  /// Who measured it; empty when nobody said.
  package var source: String
  /// Scores by the prompt's length, ascending; longer prompts have ``score``.
  package var steps: [Step]

  package init(score: Double, source: String = "", steps: [Step] = []) {
    self.score = score
    self.source = source
    self.steps = steps
  }

  package func score(promptTokens: Int?) -> Double {
    guard let promptTokens else { return score }
    for step in steps where promptTokens <= step.upTo { return step.score }
    return score
  }
}
