import Scheduling
import Testing

@Suite struct BreakerTests {
  static let now = MonotonicTime(nanoseconds: 1_000_000_000)

  static func openTime() -> CircuitBreaker.OpenTime { .init(base: 1, maximumDoublings: 5, random: 0.5) }

  static func breaker(_ rate: Double, after verdicts: [CircuitBreaker.Verdict]) -> CircuitBreaker {
    var breaker = CircuitBreaker(errorRate: rate, probesToClose: 3)
    for verdict in verdicts { breaker.ended(verdict, probe: false, now: now, openTime: openTime) }
    return breaker
  }

  @Test(arguments: [
    (0.01, [Int]([1]), 9, true), (0.01, [1, 1, 1], 0, false), (0.05, [1, 1], 0, true), (0.20, [1, 1, 1, 1], 0, true),
  ])
  func `a threshold is judged with confidence`(rate: Double, failures: [Int], good: Int, staysClosed: Bool) {
    let verdicts = Array(repeating: CircuitBreaker.Verdict.good, count: good) + failures.map { _ in CircuitBreaker.Verdict.failed }
    #expect(Self.breaker(rate, after: verdicts).isClosed == staysClosed)
  }

  @Test func `a rate well under the threshold never opens, one well over does`() {
    for (rate, shouldOpen) in [(0.002, false), (0.05, true)] {
      var random = SplitMix64(seed: 7)
      let verdicts = (0..<2000).map { _ in random.unit() < rate ? CircuitBreaker.Verdict.failed : .good }
      #expect(Self.breaker(0.01, after: verdicts).isClosed != shouldOpen, "rate \(rate)")
    }
  }

  @Test func `slow answers open it, cancelled ones say nothing`() {
    #expect(!Self.breaker(0.01, after: Array(repeating: .slow, count: 10)).isClosed)
    #expect(Self.breaker(0.01, after: Array(repeating: .nothing, count: 100)).isClosed)
  }

  @Test func `open, half-open, and twice as long after each failed probe`() {
    var breaker = Self.breaker(0.01, after: Array(repeating: .failed, count: 3))
    var now = Self.now
    var times: [Double] = []
    for _ in 0..<8 {
      let until = breaker.closedUntil(now) ?? now
      times.append(until.seconds(since: now))
      #expect(!breaker.admits(now))
      now = until
      #expect(breaker.admits(now) && breaker.began() && !breaker.admits(now))
      breaker.ended(.failed, probe: true, now: now, openTime: Self.openTime)
    }
    #expect(times == [1, 2, 4, 8, 16, 32, 32, 32])
  }

  @Test func `three good probes close it, and old requests do not count`() {
    var breaker = Self.breaker(0.01, after: Array(repeating: .failed, count: 3))
    let now = Self.now.advanced(bySeconds: 2)
    for _ in 0..<3 {
      #expect(!breaker.isClosed && breaker.admits(now) && breaker.began())
      breaker.ended(.failed, probe: false, now: now, openTime: Self.openTime)
      breaker.ended(.good, probe: true, now: now, openTime: Self.openTime)
    }
    #expect(breaker.isClosed)
  }
}
