extension Histogram {
  /// Seconds, exactly; `nil` when nothing was counted.
  package var mean: Double? { count > 0 ? Double(totalNanoseconds) / 1e9 / Double(count) : nil }
}
