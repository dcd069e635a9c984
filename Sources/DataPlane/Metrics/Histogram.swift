/// Counts of durations in the buckets of a layout.
package struct Histogram: Sendable {
  /// Upper bounds in seconds of the usual layout.
  package static let bounds: [Double] = HistogramLayout.latency.seconds

  private(set) var layout: HistogramLayout
  private(set) var buckets: [UInt64]
  private(set) var totalNanoseconds: UInt64 = 0

  package init() { self.init(.latency) }

  package init(_ layout: HistogramLayout) {
    self.layout = layout
    buckets = [UInt64](repeating: 0, count: layout.nanoseconds.count + 1)
  }

  /// - Parameter buckets: One more than the layout has bounds.
  init(_ layout: HistogramLayout, buckets: [UInt64], totalNanoseconds: UInt64) {
    self.layout = layout
    self.buckets = buckets
    self.totalNanoseconds = totalNanoseconds
  }

  package mutating func observe(nanoseconds: UInt64) {
    buckets[layout.bucket(of: nanoseconds)] &+= 1
    totalNanoseconds &+= nanoseconds
  }

  /// Counts in the buckets of `wanted` from now on. It should have every bound of the present layout; what was counted in a bucket that
  /// it divides is left in the upper part, so that no count at a bound ever falls. A layout with fewer bounds is one of an older policy,
  /// and is not gone back to.
  @inline(__always) mutating func adopt(_ wanted: HistogramLayout) {
    if wanted !== layout { change(to: wanted) }
  }

  private mutating func change(to wanted: HistogramLayout) {
    guard wanted.nanoseconds.count > layout.nanoseconds.count else { return }
    var moved = [UInt64](repeating: 0, count: wanted.nanoseconds.count + 1)
    for (index, count) in buckets.enumerated() where count > 0 {
      let target = index < layout.nanoseconds.count ? wanted.bucket(of: layout.nanoseconds[index]) : moved.count - 1
      moved[target] += count
    }
    buckets = moved
    layout = wanted
  }

  package mutating func merge(_ other: Histogram) {
    var other = other
    if other.layout !== layout {
      let union = layout.union(other.layout)
      adopt(union)
      other.adopt(union)
    }
    for index in buckets.indices { buckets[index] += other.buckets[index] }
    totalNanoseconds += other.totalNanoseconds
  }

  package var count: UInt64 { buckets.reduce(0, +) }

  /// What was counted since `earlier`, a previous state of the same counts.
  package func since(_ earlier: Histogram) -> Histogram {
    var difference = self
    var earlier = earlier
    earlier.adopt(layout)
    for index in buckets.indices { difference.buckets[index] &-= min(buckets[index], earlier.buckets[index]) }
    difference.totalNanoseconds &-= min(totalNanoseconds, earlier.totalNanoseconds)
    return difference
  }

  /// The value in seconds that the part `quantile` (0 to 1) of all does not exceed, taking the values of a bucket as evenly spread
  /// (as Prometheus' `histogram_quantile` does); the largest bound for what lies beyond it, `nil` when nothing was counted.
  package func quantile(_ quantile: Double) -> Double? {
    let count = count
    let bounds = layout.seconds
    guard count > 0, let largest = bounds.last else { return nil }
    let rank = quantile * Double(count)
    var below: UInt64 = 0
    for (index, inBucket) in buckets.enumerated() where inBucket > 0 {
      defer { below += inBucket }
      guard Double(below + inBucket) >= rank else { continue }
      guard index < bounds.count else { return largest }
      let lower = index == 0 ? 0 : bounds[index - 1]
      return lower + (bounds[index] - lower) * max(0, rank - Double(below)) / Double(inBucket)
    }
    return largest
  }
}
