extension ModelDeployment {
  /// How sure a plan must be, and what its scores count.
  package struct Planning: Sendable, Hashable {
    package enum Confidence: String, Sendable, CaseIterable {
      case benchmarked, interpolated, estimated
    }

    /// What each score counts in the balanced score; what is left out, counts as usual.
    package struct Weights: Sendable, Hashable {
      package var quality: Double?
      package var cost: Double?
      package var latency: Double?
      package var simplicity: Double?

      package init(quality: Double? = nil, cost: Double? = nil, latency: Double? = nil, simplicity: Double? = nil) {
        self.quality = quality
        self.cost = cost
        self.latency = latency
        self.simplicity = simplicity
      }
    }

    /// The least that is good enough; `nil` for the most certain that there is, and estimates only once a person agreed.
    package var minimumConfidence: Confidence?
    package var weights: Weights
    /// Ids, aliases or parts of ids.
    package var excludedModels: [String]
    /// What a model must read at a time, in tokens.
    package var minimumContextTokens: Int?

    package init(
      minimumConfidence: Confidence? = nil, weights: Weights = Weights(), excludedModels: [String] = [], minimumContextTokens: Int? = nil
    ) {
      self.minimumConfidence = minimumConfidence
      self.weights = weights
      self.excludedModels = excludedModels
      self.minimumContextTokens = minimumContextTokens
    }
  }
}

extension ModelDeployment.Planning {
  init?(_ reader: inout FieldReader) {
    minimumConfidence = reader.choice("minimumConfidence", Confidence.self)
    weights = reader.object("weights", Weights.init) ?? Weights()
    excludedModels = reader.strings("excludedModels")
    if excludedModels.contains("") {
      reader.report("excludedModels", "has an empty name; write a model's id, or a part of it such as qwen")
    }
    minimumContextTokens = reader.int("minimumContextTokens", 1...10_000_000)
    let all = [weights.quality, weights.cost, weights.latency, weights.simplicity]
    if all.allSatisfy({ $0 == 0 }) { reader.report("weights", "are all 0, so that every plan is as good as any; raise one") }
  }
}

extension ModelDeployment.Planning.Weights {
  init?(_ reader: inout FieldReader) {
    quality = reader.number("quality", 0...1_000_000)
    cost = reader.number("cost", 0...1_000_000)
    latency = reader.number("latency", 0...1_000_000)
    simplicity = reader.number("simplicity", 0...1_000_000)
  }
}
