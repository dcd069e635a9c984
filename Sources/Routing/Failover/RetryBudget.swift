import Scheduling

/// How many attempts may be made that hope is all that speaks for: at a backend whose breaker is open. Finagle's rule: a share of the
/// requests of the last seconds, and a few a second whatever they are (https://twitter.github.io/finagle/guide/Clients.html#retries).
package struct RetryBudget: Sendable, Equatable {
  /// Of an attempt, earned by each request.
  package let share: Double
  /// Attempts a second that are always there.
  package let minimumPerSecond: Double
  /// Seconds of both that may be saved up.
  private static let memory = 10.0

  private var balance: Double
  private var refilled: MonotonicTime
  private var requestsPerMemory = 0.0

  package init(share: Double = 0.2, minimumPerSecond: Double = 1, now: MonotonicTime) {
    self.share = max(0, share)
    self.minimumPerSecond = max(0, minimumPerSecond)
    balance = self.minimumPerSecond * Self.memory
    refilled = now
  }

  /// A request came.
  package mutating func earn(_ now: MonotonicTime) {
    refill(now)
    requestsPerMemory += 1
    balance = min(balance + share, ceiling)
  }

  /// Whether one more attempt may be made; it is counted.
  package mutating func spend(_ now: MonotonicTime) -> Bool {
    refill(now)
    guard balance >= 1 else { return false }
    balance -= 1
    return true
  }

  private var ceiling: Double { minimumPerSecond * Self.memory + share * requestsPerMemory }

  private mutating func refill(_ now: MonotonicTime) {
    let seconds = now.seconds(since: refilled)
    guard seconds > 0 else { return }
    refilled = now
    requestsPerMemory = max(0, requestsPerMemory * (1 - min(1, seconds / Self.memory)))
    balance = min(balance + minimumPerSecond * seconds, ceiling)
  }
}
