/// What counts, and how much, in the score of a model. Only their proportions matter.
package struct SelectionWeights: Sendable, Equatable {
  package var quality: Double
  package var latency: Double
  package var cost: Double
  /// Room that is left at the backend, and in this host's memory for a model that must be loaded.
  package var headroom: Double

  package init(quality: Double = 0.4, latency: Double = 0.25, cost: Double = 0.25, headroom: Double = 0.1) {
    self.quality = quality
    self.latency = latency
    self.cost = cost
    self.headroom = headroom
  }

  package static let standard = SelectionWeights()

  func multiplied(by other: SelectionWeights) -> SelectionWeights {
    SelectionWeights(
      quality: quality * other.quality, latency: latency * other.latency, cost: cost * other.cost, headroom: headroom * other.headroom)
  }

  /// What a request's complexity and priority make of them:
  ///
  ///     complexity  simple    quality × ½, cost × 1½        priority  low       latency × ½, cost × 2
  ///                 complex   quality × 2, cost × ½                   high      latency × 1½, cost × ½, headroom × 1½
  ///                                                                   critical  latency × 2, quality × 1½, cost × ¼, headroom × 2
  package func shifted(complexity: TaskComplexity, priority: TaskPriority) -> SelectionWeights {
    let byComplexity: SelectionWeights =
      switch complexity {
      case .simple: SelectionWeights(quality: 0.5, latency: 1, cost: 1.5, headroom: 1)
      case .moderate: SelectionWeights(quality: 1, latency: 1, cost: 1, headroom: 1)
      case .complex: SelectionWeights(quality: 2, latency: 1, cost: 0.5, headroom: 1)
      }
    let byPriority: SelectionWeights =
      switch priority {
      case .low: SelectionWeights(quality: 1, latency: 0.5, cost: 2, headroom: 1)
      case .normal: SelectionWeights(quality: 1, latency: 1, cost: 1, headroom: 1)
      case .high: SelectionWeights(quality: 1, latency: 1.5, cost: 0.5, headroom: 1.5)
      case .critical: SelectionWeights(quality: 1.5, latency: 2, cost: 0.25, headroom: 2)
      }
    return multiplied(by: byComplexity).multiplied(by: byPriority)
  }

  var sum: Double { quality + latency + cost + headroom }
}

/// The four parts of a score, each 0–1, the better the higher.
package struct ScoreTerms: Sendable, Equatable {
  package var quality: Double
  package var latency: Double
  package var cost: Double
  package var headroom: Double

  /// The additive model of multi-attribute utility (Keeney and Raiffa, Decisions with Multiple Objectives, 1976, chapter 3): the mean
  /// of the parts by their weights; 0 when nothing counts.
  package func score(_ weights: SelectionWeights) -> Double {
    let sum = weights.sum
    guard sum > 0, sum.isFinite else { return 0 }
    return (weights.quality * quality + weights.latency * latency + weights.cost * cost + weights.headroom * headroom) / sum
  }

  /// Half of it at `half`: 1 for nothing, falling towards 0. Does not depend on what else there is to choose from, so that a model that
  /// goes away or comes never turns the order of two others.
  static func falling(_ value: Double, half: Double) -> Double {
    guard value > 0 else { return 1 }
    return half > 0 ? half / (half + value) : 0
  }

  /// Seconds for an answer at which half of the utility is lost: what people wait for a simple, a usual and a hard task.
  static func halfSeconds(_ complexity: TaskComplexity) -> Double {
    switch complexity {
    case .simple: 2
    case .moderate: 4
    case .complex: 8
    }
  }
}
