/// What a request is for.
package enum TaskType: String, Sendable, CaseIterable {
  case completion, reasoning, code, embedding, analysis

  /// It is answered with text: a model that can write one of these can attempt the others.
  package var isGenerative: Bool { self != .embedding }
}

/// A value for each type of task, held in place.
package struct TaskTable<Value: Sendable>: Sendable {
  private var completion, reasoning, code, embedding, analysis: Value

  package init(repeating value: Value) {
    (completion, reasoning, code, embedding, analysis) = (value, value, value, value, value)
  }

  package subscript(task: TaskType) -> Value {
    get {
      switch task {
      case .completion: completion
      case .reasoning: reasoning
      case .code: code
      case .embedding: embedding
      case .analysis: analysis
      }
    }
    set {
      switch task {
      case .completion: completion = newValue
      case .reasoning: reasoning = newValue
      case .code: code = newValue
      case .embedding: embedding = newValue
      case .analysis: analysis = newValue
      }
    }
  }
}

extension TaskTable: Equatable where Value: Equatable {}
