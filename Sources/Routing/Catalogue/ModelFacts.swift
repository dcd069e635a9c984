/// How good a model's answers are, in four steps.
package enum QualityTier: String, Sendable, CaseIterable, Comparable {
  case basic, good, high, exceptional

  package var rank: Int {
    switch self {
    case .basic: 0
    case .good: 1
    case .high: 2
    case .exceptional: 3
    }
  }

  package static func < (left: QualityTier, right: QualityTier) -> Bool { left.rank < right.rank }
}

/// How fast a model usually answers, until its own latency is measured.
package enum SpeedClass: String, Sendable, CaseIterable {
  case fast, medium, slow

  /// Seconds for a whole answer: an assumption, used while nothing is measured.
  package var assumedSeconds: Double {
    switch self {
    case .fast: 1
    case .medium: 3
    case .slow: 10
    }
  }
}

/// US dollars per token.
package struct TokenPrice: Sendable, Equatable {
  package var input: Double
  package var output: Double

  package init(input: Double, output: Double) {
    self.input = input
    self.output = output
  }

  package init(inputPerMillion: Double, outputPerMillion: Double) {
    self.init(input: inputPerMillion / 1e6, output: outputPerMillion / 1e6)
  }

  package static let free = TokenPrice(input: 0, output: 0)

  /// US dollars for so many tokens.
  package func cost(prompt: Int, answer: Int) -> Double { input * Double(prompt) + output * Double(answer) }
}

/// What the catalogue says of a model. It changes only when somebody writes another catalogue.
package struct ModelFacts: Sendable, Equatable {
  package var name: String
  package var capabilities: [String] = []
  /// The tasks that it is good for.
  package var tasks = TaskTable<TaskQuality?>(repeating: nil)
  /// Prompt and answer together, in tokens.
  package var contextWindow: Int
  package var price = TokenPrice.free
  /// Memory of this host that loading it takes, in bytes; `nil` when it runs elsewhere.
  package var memoryBytes: Int64?
  package var tier: QualityTier
  package var speed = SpeedClass.medium
  /// Where it can be asked, the preferred place first; at least one.
  package var backends: [ModelBackend]
  /// Names of models to ask next when this one fails, before others by their score.
  package var fallbacks: [String] = []
  /// For rules: a region, an owner.
  package var labels: [String: String] = [:]

  package init(name: String, contextWindow: Int, tier: QualityTier, backends: [ModelBackend]) {
    self.name = name
    self.contextWindow = contextWindow
    self.tier = tier
    self.backends = backends
  }
}
