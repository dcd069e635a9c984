/// A figure that was estimated, and the interval that holds the true one with 95 % confidence.
package struct Estimate: Sendable, Hashable {
  package var value: Double
  package var low: Double
  /// Infinite when the samples do not bound it.
  package var high: Double

  package init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  package var width: Double { high - low }

  /// Of independent runs of a simulation: `value` is that of all runs together, the interval is Student's over the runs' own values.
  ///
  /// Requests of one run wait for the same others, so they are not independent, and an interval over them would be too narrow.
  static func ofRuns(_ values: [Double], pooled: Double) -> Estimate {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    guard values.count > 1, mean.isFinite else { return Estimate(value: pooled, low: 0, high: .infinity) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    let margin = Student.quantile975(freedom: values.count - 1) * error
    return Estimate(value: pooled, low: max(0, min(pooled, mean - margin)), high: max(pooled, mean + margin))
  }
}
