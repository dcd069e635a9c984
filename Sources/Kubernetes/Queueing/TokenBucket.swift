/// A rate limit that lets bursts through: `burst` tokens, refilled at `rate` a second.
package struct TokenBucket: Sendable {
  package let rate: Double
  package let burst: Double
  private var tokens: Double
  private var updated: Duration

  /// - Parameter now: monotonic time, from any origin that stays the same.
  package init(rate: Double, burst: Int, now: Duration = .zero) {
    self.rate = rate
    self.burst = Double(burst)
    tokens = Double(burst)
    updated = now
  }

  /// Takes a token and returns how long its holder must wait before using it; zero when there was one.
  package mutating func take(now: Duration) -> Duration {
    tokens = min(burst, tokens + max(0, (now - updated) / .seconds(1)) * rate)
    updated = max(updated, now)
    tokens -= 1
    return tokens >= 0 ? .zero : .seconds(-tokens / rate)
  }
}
