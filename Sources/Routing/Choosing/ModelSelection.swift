/// A model that may be asked, with its score.
package struct RankedModel: Sendable, Equatable {
  package var model: Int
  /// The best of its backends now: an index in ``ModelCatalog/backends``.
  package var backend: Int
  /// The mean of ``terms``, times the factors of rules that prefer it.
  package var score: Double
  package var terms: ScoreTerms
  /// US dollars: an estimate from the prompt's length and the longest answer.
  package var estimatedCostUSD: Double
  /// Until the last token, waiting included.
  package var expectedSeconds: Double
  /// Whether the latency was measured; else it is what the model's speed class usually takes.
  package var isLatencyMeasured: Bool
}

/// What had to be given up so that anybody can answer.
package enum Relaxation: Sendable, Equatable {
  /// The answer is of a lower tier than was asked for.
  case quality(needed: QualityTier, has: QualityTier)
  /// The model is not listed for this type of task.
  case task(TaskType)
}

/// An answer to "which model?", with what led to it.
package struct ModelSelection: Sendable, Equatable {
  /// All that may be asked, the best first; the order is total. Empty when nobody may.
  package var ranked: [RankedModel]
  /// All others, in the catalogue's order.
  package var rejected: [ModelRejection]
  /// Empty when the request got what it asked for.
  package var relaxed: [Relaxation]
  /// A model that would have been better and cannot be asked at the moment.
  package var passedOver: Int?
  /// Rules that failed while they were evaluated, and were skipped, each once.
  package var failedRules: [Int]

  package var chosen: RankedModel? { ranked.first }
  /// The answer will not be what was asked for.
  package var isDegraded: Bool { !relaxed.isEmpty }
  /// Not the first choice: degraded, or in place of a better one.
  package var fallbackUsed: Bool { isDegraded || passedOver != nil }
}
