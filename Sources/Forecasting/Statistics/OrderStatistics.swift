/// Quantiles of independent samples, with intervals that assume nothing about their distribution.
package struct OrderStatistics: Sendable {
  /// In ascending order.
  package let sorted: [Double]
  private let binomial: Binomial

  package init(_ samples: [Double]) {
    sorted = samples.sorted()
    binomial = Binomial(trials: samples.count)
  }

  /// The nearest-rank quantile, above 0 and below 1, and its 95 % interval between two order statistics: the number of samples below the true
  /// quantile is binomial, so ranks l and u hold it with P(l ≤ B < u), chosen with at most 2.5 % on either side (David and Nagaraja,
  /// "Order Statistics", 7.1). With too few samples for an upper rank the interval is open: its upper end is infinite.
  package func quantile(_ part: Double) -> Estimate {
    guard !sorted.isEmpty else { return Estimate(value: 0, low: 0, high: .infinity) }
    let count = sorted.count
    let rank = min(count, max(1, Int((part * Double(count)).rounded(.up))))
    // The largest l with P(B < l) ≤ 2.5 %, the smallest u with P(B ≥ u) ≤ 2.5 %.
    let atMost = binomial.cumulative(chance: part)
    var lower = 0
    while lower < count, atMost[lower] <= 0.025 { lower += 1 }
    var upper = rank
    while upper <= count, 1 - atMost[upper - 1] > 0.025 { upper += 1 }
    return Estimate(
      value: sorted[rank - 1], low: lower == 0 ? 0 : sorted[min(lower, rank) - 1], high: upper <= count ? sorted[upper - 1] : .infinity)
  }

  /// How many are at most `limit`, as a chance with its interval.
  package func chance(atMost limit: Double) -> Estimate {
    binomial.chance(successes: sorted.count { $0 <= limit })
  }
}
