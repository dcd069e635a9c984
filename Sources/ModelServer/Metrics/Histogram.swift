/// Counts observations by upper bound, as Prometheus does.
struct Histogram {
  private let bounds: [Double]
  private var counts: [UInt64]
  private(set) var sum = 0.0
  private(set) var count: UInt64 = 0

  /// `bounds` ascend.
  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count)
  }

  mutating func observe(_ value: Double) {
    sum += value
    count += 1
    if let place = bounds.firstIndex(where: { value <= $0 }) { counts[place] += 1 }
  }

  /// Upper bounds with the number of observations at or under each.
  var cumulative: [(bound: Double, count: UInt64)] {
    var total: UInt64 = 0
    return zip(bounds, counts).map { bound, count in
      total += count
      return (bound, total)
    }
  }
}

/// The upper bounds that vLLM 0.33 uses (vllm/v1/metrics/buckets.py). Seconds, and tokens.
enum Buckets {
  static let timeToFirstToken = [
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
  ]
  static let timePerToken = [
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
  ]
  static let requestLatency = [
    0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
  ]

  /// 1, 2, 5, 10, 20, 50, … up to the longest sequence.
  static func tokens(upTo limit: Int) -> [Double] {
    var bounds: [Double] = []
    var decade = 1.0
    while true {
      for factor in [1.0, 2, 5] {
        guard factor * decade <= Double(limit) else { return bounds }
        bounds.append(factor * decade)
      }
      decade *= 10
    }
  }
}
