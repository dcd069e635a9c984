import Scheduling

/// A circuit breaker for each backend of the catalogue.
package struct ModelBreakers: Sendable, Equatable {
  /// The share of requests that may fail before a backend is left alone.
  package static let errorRate = 0.1
  private static let probesToClose = 3
  /// Seconds that a breaker stays open at first, and how often that doubles: 1 s to 32 s.
  private static let (openSeconds, maximumDoublings) = (1.0, 5)

  private var breakers: [CircuitBreaker]

  package init(backends: Int) {
    breakers = Array(repeating: CircuitBreaker(errorRate: Self.errorRate, probesToClose: Self.probesToClose), count: backends)
  }

  package func admits(_ backend: Int, _ now: MonotonicTime) -> Bool { breakers[backend].admits(now) }
  package func state(_ backend: Int, _ now: MonotonicTime) -> BreakerState { breakers[backend].visible(now) }
  /// How often it has opened.
  package func trips(_ backend: Int) -> UInt64 { breakers[backend].trips }

  /// - Returns: Whether the attempt is a probe.
  package mutating func began(_ backend: Int, _ now: MonotonicTime) -> Bool {
    // An attempt against an open breaker is no probe of it: it says something only when the breaker's own time is over.
    breakers[backend].admits(now) ? breakers[backend].began() : false
  }

  /// - Parameter random: Uniform in 0 ..< 1: spreads the times of breakers that open together.
  package mutating func ended(_ attempt: Failover.Attempt, _ verdict: CircuitBreaker.Verdict, now: MonotonicTime, random: Double) {
    breakers[attempt.backend].ended(verdict, probe: attempt.isProbe, now: now) {
      CircuitBreaker.OpenTime(base: Self.openSeconds, maximumDoublings: Self.maximumDoublings, random: random)
    }
  }
}
