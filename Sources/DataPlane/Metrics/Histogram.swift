/// Counts of durations in fixed buckets.
struct Histogram: Sendable {
  /// Upper bounds in seconds: objectives that people set (0.15, 0.2, 0.6, 2, 5 …) are bounds, so that compliance can be read exactly.
  static let bounds: [Double] = [
    0.005, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 30, 60, 120, 300,
  ]
  static let boundsInNanoseconds: [UInt64] = bounds.map { UInt64($0 * 1e9) }

  private(set) var buckets = [UInt64](repeating: 0, count: bounds.count + 1)
  private(set) var totalNanoseconds: UInt64 = 0

  mutating func observe(nanoseconds: UInt64) {
    var index = 0
    while index < Self.boundsInNanoseconds.count, nanoseconds > Self.boundsInNanoseconds[index] { index &+= 1 }
    buckets[index] &+= 1
    totalNanoseconds &+= nanoseconds
  }

  mutating func add(_ other: Histogram) {
    for index in buckets.indices { buckets[index] += other.buckets[index] }
    totalNanoseconds += other.totalNanoseconds
  }

  var count: UInt64 { buckets.reduce(0, +) }
}
