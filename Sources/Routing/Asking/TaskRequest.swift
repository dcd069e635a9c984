/// How hard a task is, in the words of who asks.
package enum TaskComplexity: String, Sendable, CaseIterable {
  case simple, moderate, complex
}

/// How much haste a request has.
package enum TaskPriority: String, Sendable, CaseIterable {
  case low, normal, high, critical
}

/// What a model has to do, and within which bounds.
package struct TaskRequest: Sendable, Equatable {
  package var task: TaskType
  package var complexity = TaskComplexity.moderate
  package var priority = TaskPriority.normal
  /// The least tier of quality; lowered only when nothing has it, and then that is said.
  package var quality: QualityTier?
  /// The most that the request may cost, in US dollars. Never relaxed.
  package var costLimitUSD: Double?
  /// `nil` when it is not known yet.
  package var promptTokens: Int?
  /// The bound of the answer's length.
  package var maxTokens: Int?
  /// What the model must be able to do: `vision`, `tools`, …
  package var capabilities: [String] = []
  /// Who asks, for rules and budgets; empty when unknown.
  package var tenant = ""
  package var team = ""
  package var key = ""

  package init(_ task: TaskType) { self.task = task }

  /// Tokens of a prompt of which nothing is known, and of an answer without a bound: assumptions for estimates of cost, of the size of
  /// the conversations in Azure's traces of 2023 (medians: 1,020 in and 129 out for chat, 1,469 and 13 for code).
  static let (assumedPromptTokens, assumedAnswerTokens) = (1000, 250)

  /// What an estimate of cost counts: the prompt, and the longest answer that is allowed.
  package var countedPromptTokens: Int { promptTokens ?? Self.assumedPromptTokens }
  package var countedAnswerTokens: Int { task.isGenerative ? maxTokens ?? Self.assumedAnswerTokens : 0 }
  /// What must fit in the context window; only what is known.
  var neededContext: Int { (promptTokens ?? 0) + (task.isGenerative ? maxTokens ?? 0 : 0) }
}
