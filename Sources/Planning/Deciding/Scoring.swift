/// The scores of a configuration, each 0–100, comparable only among the candidates of one request.
enum Scoring {
  /// 100 × (1 − (c ÷ max)^0.7) between 5 and 100; 95 when all cost the same.
  static func cost(_ monthly: Double, among range: ClosedRange<Double>) -> Double {
    guard range.upperBound - range.lowerBound > 1e-9 else { return 95 }
    return min(100, max(5, 100 * (1 - raisedToSevenTenths(monthly / range.upperBound))))
  }

  /// TTFT, ITL and E2E by .34, .33 and .33.
  static func latency(_ predicted: ServiceLevel, target: ServiceLevel) -> Double {
    0.34 * latency(predicted.ttft, slow: target.ttft) + 0.33 * latency(predicted.itl, slow: target.itl)
      + 0.33 * latency(predicted.e2e, slow: target.e2e)
  }

  /// 100 at or under the fast bound, 60 at the slow bound, from there down to 0 at twice the slow bound.
  /// The slow bound is the target, the fast bound is half of it.
  static func latency(_ value: Double, slow: Double) -> Double {
    let fast = slow / 2
    if value <= fast { return 100 }
    if value <= slow { return 100 - 40 * (value - fast) / (slow - fast) }
    return max(0, 60 * (2 - value / slow))
  }

  /// Fewer GPUs are simpler to run.
  static func simplicity(gpuCount: Int) -> Double {
    let small: [Double] = [100, 90, 82, 75, 70, 65, 62, 60]
    if gpuCount <= small.count { return small[max(gpuCount, 1) - 1] }
    return max(40, 60 - 2 * Double(gpuCount - small.count))
  }

  /// The weighted sum, less for many replicas.
  static func balanced(quality: Double, cost: Double, latency: Double, simplicity: Double, weights: ScoreWeights, replicas: Int) -> Double {
    let sum = quality * weights.quality + cost * weights.cost + latency * weights.latency + simplicity * weights.simplicity
    return sum * replicaFactor(replicas)
  }

  static func replicaFactor(_ replicas: Int) -> Double {
    switch replicas {
    case ...1: 1
    case ...3: 0.98
    case ...6: 0.95
    case ...10: 0.90
    case ...20: 0.80
    default: 0.65
    }
  }

  /// x^0.7 = √(ᵗ√x⁷) with the fifth root by Newton's method, which falls monotonically from 1: a core has no C library.
  static func raisedToSevenTenths(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return x == 1 ? 1 : 1 / raisedToSevenTenths(1 / x) }
    let power = x * x * x * x * x * x * x
    var root = 1.0
    while true {
      let next = root - (root - power / (root * root * root * root)) / 5
      guard next < root else { return root.squareRoot() }
      root = next
    }
  }
}
