import Scheduling

/// The upper bounds of a histogram's buckets.
///
/// A layout never loses a bound: an objective adds its own, and what was counted before stays in the bucket it was counted for. So
/// every cumulative count only grows, and no change of policy looks like a reset.
package final class HistogramLayout: Sendable {
  /// Ascending.
  let nanoseconds: [UInt64]

  /// Bounds that objectives may add to one series; later ones are left to the counters of compliance, which are exact.
  static let maximumAdded = 16

  init(nanoseconds: [UInt64]) { self.nanoseconds = nanoseconds }

  /// For waits and whole answers: 5 ms to 5 min, about log-spaced, with the numbers that people like to promise.
  static let latency = HistogramLayout(milliseconds: [
    5, 25, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 15_000, 30_000, 60_000, 120_000,
    300_000,
  ])

  /// For the gap between two tokens: 1 ms to 5 s.
  package static let gap = HistogramLayout(milliseconds: [
    1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000,
  ])

  private convenience init(milliseconds: [UInt64]) { self.init(nanoseconds: milliseconds.map { $0 * 1_000_000 }) }

  var seconds: [Double] { nanoseconds.map { Double($0) / 1e9 } }

  /// This layout with a bound at `objective`, so that compliance can be read exactly.
  func adding(_ objective: Duration?, to base: HistogramLayout) -> HistogramLayout {
    guard let bound = objective?.wholeNanoseconds, bound > 0, !nanoseconds.contains(bound) else { return self }
    guard nanoseconds.count < base.nanoseconds.count + Self.maximumAdded else { return self }
    return HistogramLayout(nanoseconds: (nanoseconds + [bound]).sorted())
  }

  func union(_ other: HistogramLayout) -> HistogramLayout {
    if other === self || other.nanoseconds == nanoseconds { return self }
    return HistogramLayout(nanoseconds: Set(nanoseconds + other.nanoseconds).sorted())
  }

  /// The bucket of a value: the first whose bound is not below it; the last one has no bound.
  @inline(__always) func bucket(of value: UInt64) -> Int {
    nanoseconds.withUnsafeBufferPointer { bounds in
      var low = 0
      var count = bounds.count
      while count > 0 {
        let half = count >> 1
        if bounds[low &+ half] < value {
          low = low &+ half &+ 1
          count = count &- half &- 1
        } else {
          count = half
        }
      }
      return low
    }
  }
}

extension Duration {
  /// 0 for negative ones.
  var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(seconds) &* 1_000_000_000 &+ UInt64(attoseconds / 1_000_000_000)
  }
}
