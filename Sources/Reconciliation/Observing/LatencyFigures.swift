/// One latency of the answers of a time, in milliseconds.
package struct LatencyFigures: Sendable, Equatable {
  /// Answers that it was measured of.
  package var count: Int
  package var mean: Double
  package var p50: Double
  package var p95: Double
  /// The ends of the 95 % interval of ``p95``; the upper one is infinite when the answers are too few to bound it.
  package var p95Low: Double
  package var p95High: Double

  package init(count: Int, mean: Double, p50: Double, p95: Double, p95Low: Double, p95High: Double) {
    self.count = count
    self.mean = mean
    self.p50 = p50
    self.p95 = p95
    self.p95Low = p95Low
    self.p95High = p95High
  }

  /// From a function that gives quantiles: how many answers are below the true 95th percentile is binomial, so that the quantiles at
  /// 0.95 ± 1.96 √(0.95 × 0.05 ÷ count) hold it in 95 % of the cases. Fewer than 73 answers have no upper one.
  package init?(count: Int, mean: Double, quantile: (Double) -> Double?) {
    guard count > 0, let p50 = quantile(0.5), let p95 = quantile(0.95) else { return nil }
    let margin = 1.96 * (0.95 * 0.05 / Double(count)).squareRoot()
    self.init(
      count: count, mean: mean, p50: p50, p95: p95, p95Low: quantile(max(0, 0.95 - margin)) ?? 0,
      p95High: 0.95 + margin < 1 ? quantile(0.95 + margin) ?? .infinity : .infinity)
  }
}

/// What the answers of a pool were like, over the time it took until they say something.
package struct AnswerFigures: Sendable, Equatable {
  package var ttft: LatencyFigures?
  package var itl: LatencyFigures?
  package var e2e: LatencyFigures?
  /// Of an answered request, on average; `nil` when nobody counted them.
  package var promptTokens: Double?
  package var outputTokens: Double?
  /// How long it took, in seconds.
  package var seconds: Double

  package init(
    ttft: LatencyFigures? = nil, itl: LatencyFigures? = nil, e2e: LatencyFigures? = nil, promptTokens: Double? = nil,
    outputTokens: Double? = nil, seconds: Double
  ) {
    self.ttft = ttft
    self.itl = itl
    self.e2e = e2e
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.seconds = seconds
  }
}
