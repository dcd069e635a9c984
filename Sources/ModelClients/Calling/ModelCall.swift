import Routing

/// What a model is asked.
package struct ModelCall: Sendable, Equatable {
  /// What it is called there.
  package var model: String
  package var task: TaskType
  package var prompt: String
  /// The most tokens of the answer; `nil` for what the server thinks right.
  package var maxTokens: Int?
  /// 0…2; `nil` for what the server thinks right.
  package var temperature: Double?
  /// For the whole answer: the caller's, as nobody else knows how long a model may think.
  package var timeout: Duration?

  package init(
    model: String, task: TaskType, prompt: String, maxTokens: Int? = nil, temperature: Double? = nil, timeout: Duration? = nil
  ) {
    self.model = model
    self.task = task
    self.prompt = prompt
    self.maxTokens = maxTokens
    self.temperature = temperature
    self.timeout = timeout
  }
}

/// What it answered.
package struct ModelAnswer: Sendable, Equatable {
  /// The text; of an embedding its numbers as a JSON array.
  package var text: String
  /// As the server counted; `nil` when it did not say.
  package var promptTokens: Int?
  package var answerTokens: Int?

  package init(text: String, promptTokens: Int? = nil, answerTokens: Int? = nil) {
    self.text = text
    self.promptTokens = promptTokens
    self.answerTokens = answerTokens
  }
}

/// Why there is no answer.
package struct ModelCallError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What it means for who is asked next.
  package var failure: AttemptFailure
  /// For people; holds nothing of the prompt and no secret.
  package var description: String
  /// The server's word for when it may be asked again.
  package var retryAfter: Duration?

  package init(_ failure: AttemptFailure, _ description: String, retryAfter: Duration? = nil) {
    self.failure = failure
    self.description = description
    self.retryAfter = retryAfter
  }
}

/// Where models can be asked over the network.
package protocol ModelClient: Sendable {
  /// Asks once; nothing is tried again here.
  func ask(_ call: ModelCall) async throws(ModelCallError) -> ModelAnswer
  /// Whether the server is there, within a time, and what it says of its models.
  func look(within: Duration) async -> ServerLook
}

/// What a look at a server showed.
package struct ServerLook: Sendable, Equatable {
  /// It answered as such a server does.
  package var isThere: Bool
  /// What it can be asked for; `nil` when it did not say.
  package var models: Set<String>?
  /// Of Ollama: what is on disk and in memory.
  package var ollama: OllamaModels?

  package init(isThere: Bool, models: Set<String>? = nil, ollama: OllamaModels? = nil) {
    self.isThere = isThere
    self.models = models
    self.ollama = ollama
  }
}
