/// Samples and their percentiles.
package struct Distribution: Sendable, Equatable {
  private var samples: [Double] = []
  private var isSorted = true

  package init() {}

  package var count: Int { samples.count }
  package var mean: Double { samples.isEmpty ? 0 : samples.reduce(0, +) / Double(samples.count) }
  package var maximum: Double { samples.max() ?? 0 }

  package mutating func add(_ sample: Double) {
    samples.append(sample)
    isSorted = false
  }

  package mutating func add(_ other: Distribution) {
    samples += other.samples
    isSorted = false
  }

  package mutating func sort() {
    if !isSorted { samples.sort() }
    isSorted = true
  }

  /// The nearest-rank percentile, 0 to 100; 0 without samples. Sort first to ask often.
  package func percentile(_ percent: Double) -> Double {
    guard !samples.isEmpty else { return 0 }
    let sorted = isSorted ? samples : samples.sorted()
    let rank = (percent / 100 * Double(sorted.count)).rounded(.up)
    return sorted[min(max(Int(rank) - 1, 0), sorted.count - 1)]
  }
}
