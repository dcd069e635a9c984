/// An exponentially weighted mean that starts as a plain mean and is not thrown by outliers.
///
/// A sample counts for at most `clip` times the mean (and at least a `clip`-th of it), so one extreme value moves the mean
/// little, while a lasting change moves it by a constant factor per sample, however large the change is.
package struct MovingAverage: Sendable, Equatable {
  /// The number of samples that the mean remembers, about.
  let horizon: Double
  let clip: Double
  package private(set) var mean = 0.0
  /// Mean distance of the samples from the mean.
  package private(set) var deviation = 0.0
  package private(set) var count = 0

  package init(horizon: Double, clip: Double = 8) {
    self.horizon = horizon
    self.clip = clip
  }

  package var value: Double? { count > 0 ? mean : nil }

  package mutating func add(_ sample: Double) {
    guard sample.isFinite, sample >= 0 else { return }
    count += 1
    let rate = max(1 / Double(count), 1 / horizon)
    let clipped = count > 4 && mean > 0 ? min(max(sample, mean / clip), mean * clip) : sample
    deviation += rate * (abs(clipped - mean) - deviation)
    if count == 1 { deviation = 0 }
    mean += rate * (clipped - mean)
  }
}
