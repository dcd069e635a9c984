/// Counts of durations in fixed buckets.
package struct Histogram: Sendable {
  /// Upper bounds in seconds: objectives that people set (0.15, 0.2, 0.6, 2, 5 …) are bounds, so that compliance can be read exactly.
  package static let bounds: [Double] = [
    0.005, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 30, 60, 120, 300,
  ]
  static let boundsInNanoseconds: [UInt64] = bounds.map { UInt64($0 * 1e9) }

  private(set) var buckets = [UInt64](repeating: 0, count: bounds.count + 1)
  private(set) var totalNanoseconds: UInt64 = 0

  package mutating func observe(nanoseconds: UInt64) {
    var index = 0
    while index < Self.boundsInNanoseconds.count, nanoseconds > Self.boundsInNanoseconds[index] { index &+= 1 }
    buckets[index] &+= 1
    totalNanoseconds &+= nanoseconds
  }

  mutating func add(_ other: Histogram) {
    for index in buckets.indices { buckets[index] += other.buckets[index] }
    totalNanoseconds += other.totalNanoseconds
  }

  package init() {}

  package var count: UInt64 { buckets.reduce(0, +) }

  /// What was counted since `earlier`, a previous state of the same counts.
  package func since(_ earlier: Histogram) -> Histogram {
    var difference = self
    for index in buckets.indices { difference.buckets[index] &-= min(buckets[index], earlier.buckets[index]) }
    difference.totalNanoseconds &-= min(totalNanoseconds, earlier.totalNanoseconds)
    return difference
  }

  package mutating func merge(_ other: Histogram) { add(other) }

  /// The value in seconds that the part `quantile` (0 to 1) of all does not exceed, taking the values of a bucket as evenly spread
  /// (as Prometheus' `histogram_quantile` does); the largest bound for what lies beyond it, `nil` when nothing was counted.
  package func quantile(_ quantile: Double) -> Double? {
    let count = count
    guard count > 0, let largest = Self.bounds.last else { return nil }
    let rank = quantile * Double(count)
    var below: UInt64 = 0
    for (index, inBucket) in buckets.enumerated() where inBucket > 0 {
      defer { below += inBucket }
      guard Double(below + inBucket) >= rank else { continue }
      guard index < Self.bounds.count else { return largest }
      let lower = index == 0 ? 0 : Self.bounds[index - 1]
      return lower + (Self.bounds[index] - lower) * max(0, rank - Double(below)) / Double(inBucket)
    }
    return largest
  }
}
