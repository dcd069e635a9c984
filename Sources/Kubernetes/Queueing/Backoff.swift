/// Exponential backoff: `base · 2ⁿ`, at most `maximum`, then up to `jitter` of it more, so that many do not come back at once.
package struct Backoff: Sendable, Equatable {
  package var base: Duration
  package var maximum: Duration
  /// The largest part that is added: 0.1 adds up to a tenth.
  package var jitter: Double

  package init(base: Duration, maximum: Duration, jitter: Double = 0.1) {
    self.base = base
    self.maximum = maximum
    self.jitter = jitter
  }

  /// For keys of a work queue: client-go's 5 ms · 2ⁿ, at most 5 minutes.
  package static let workQueue = Backoff(base: .milliseconds(5), maximum: .seconds(300))
  /// For watches and lists: client-go's 0.8 s · 2ⁿ, at most 30 s.
  package static let watch = Backoff(base: .milliseconds(800), maximum: .seconds(30), jitter: 1)

  /// - Parameters:
  ///   - failures: how many came before, from 0.
  ///   - random: in 0..<1.
  package func delay(_ failures: Int, random: Double) -> Duration {
    var delay = base
    for _ in 0..<max(0, failures) {
      guard delay < maximum else { break }
      delay = delay * 2
    }
    return min(delay, maximum) * (1 + jitter * random)
  }
}
