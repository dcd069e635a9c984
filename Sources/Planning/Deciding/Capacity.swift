/// How many replicas a rate needs.
enum Capacity {
  /// Room above the expected rate.
  static let headroom = 1.2
  /// Ratios this close to a whole number are that number: 1.2 has no exact binary form, and 2.5 × 1.2 ÷ 1 must stay 3.
  static let tolerance = 1e-9

  /// max(1, ceil(rate × 1.2 ÷ rate of one replica)), exact where the ratio is a whole number.
  static func replicas(for requestsPerSecond: Double, each: Double) -> Int {
    let ratio = requestsPerSecond * headroom / each
    let nearest = ratio.rounded()
    let whole = (ratio - nearest).magnitude <= tolerance * max(1, nearest) ? nearest : ratio.rounded(.up)
    return max(1, Int(exactly: whole) ?? Int.max)
  }
}
