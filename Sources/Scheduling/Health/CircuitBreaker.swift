/// Keeps one tier away from one backend that is sick by that tier's own standard.
///
/// ```
///            errors or latency over the threshold
///   closed ───────────────────────────────────────▶ open ◀──────────┐
///     ▲                                              │               │ a probe fails:
///     │                                              │ time is over  │ twice the time
///     │    enough probes in a row succeed            ▼               │
///     └─────────────────────────────────────────── half-open ────────┘
///                                   lets one probe through, then one more for each that succeeded
/// ```
package struct CircuitBreaker: Sendable, Equatable {
  enum State: Sendable, Equatable {
    case closed
    case open(until: MonotonicTime, doublings: Int)
    case halfOpen(inFlight: Int, succeeded: Int, doublings: Int)
  }

  /// What one attempt says about a backend.
  package enum Verdict: Sendable { case good, failed, slow, nothing }

  /// How long to stay open.
  package struct OpenTime: Sendable {
    /// The first time, in seconds, before doubling.
    package var base: Double
    package var maximumDoublings: Int
    /// Uniform in 0 ..< 1.
    package var random: Double

    package init(base: Double, maximumDoublings: Int, random: Double) {
      self.base = base
      self.maximumDoublings = maximumDoublings
      self.random = random
    }

    /// Spread by a quarter each way, so that breakers that opened together do not probe together.
    func after(_ now: MonotonicTime, doublings: Int) -> MonotonicTime {
      now.advanced(bySeconds: base * Double(1 << min(doublings, maximumDoublings)) * (0.75 + 0.5 * random))
    }
  }

  /// A request is slow with this probability on a healthy backend, and with that one on a sick one.
  private static let (slowWhenHealthy, slowWhenSick) = (0.2, 0.6)

  private(set) var state = State.closed
  /// How often it has opened since it was made.
  package private(set) var trips: UInt64 = 0
  private var rise: SequentialTest
  private var surge: SequentialTest
  private var slowness: SequentialTest
  private let probesToClose: Int

  /// - Parameter errorRate: the share of requests that may fail, 0 to 1.
  package init(errorRate: Double, probesToClose: Int) {
    let accepted = min(max(errorRate, 1e-4), 0.9)
    rise = SequentialTest(accepted: accepted, alternative: 2 * accepted)
    surge = SequentialTest(accepted: accepted, alternative: accepted.squareRoot())
    slowness = SequentialTest(accepted: Self.slowWhenHealthy, alternative: Self.slowWhenSick)
    self.probesToClose = probesToClose
  }

  /// Takes over the state of a breaker with another threshold.
  mutating func inherit(_ other: CircuitBreaker) {
    state = other.state
    trips = other.trips
  }

  package var isClosed: Bool { state == .closed }

  /// Until when nothing may pass; `nil` when something may pass now or as soon as a probe has ended.
  package func closedUntil(_ now: MonotonicTime) -> MonotonicTime? {
    if case .open(let until, _) = state, until > now { until } else { nil }
  }

  package func admits(_ now: MonotonicTime) -> Bool {
    switch state {
    case .closed: true
    case .open(let until, _): until <= now
    case .halfOpen(let inFlight, let succeeded, _): inFlight <= succeeded
    }
  }

  package func visible(_ now: MonotonicTime) -> BreakerState {
    switch state {
    case .closed: .closed
    case .open(let until, _): until <= now ? .halfOpen : .open
    case .halfOpen: .halfOpen
    }
  }

  /// An attempt that was admitted begins; returns whether it is a probe.
  package mutating func began() -> Bool {
    switch state {
    case .closed: return false
    case .open(_, let doublings): state = .halfOpen(inFlight: 1, succeeded: 0, doublings: doublings)
    case .halfOpen(let inFlight, let succeeded, let doublings):
      state = .halfOpen(inFlight: inFlight + 1, succeeded: succeeded, doublings: doublings)
    }
    return true
  }

  /// An attempt has ended. Attempts from before the breaker opened no longer count.
  ///
  /// - Parameter openTime: called only when the breaker opens.
  package mutating func ended(_ verdict: Verdict, probe: Bool, now: MonotonicTime, openTime: () -> OpenTime) {
    switch state {
    case .closed: judge(verdict, now, openTime)
    case .open: break
    case .halfOpen(let inFlight, let succeeded, let doublings):
      guard probe else { return }
      switch verdict {
      case .nothing: state = .halfOpen(inFlight: inFlight - 1, succeeded: succeeded, doublings: doublings)
      case .good where succeeded + 1 >= probesToClose: close()
      case .good: state = .halfOpen(inFlight: inFlight - 1, succeeded: succeeded + 1, doublings: doublings)
      case .failed, .slow: open(now, doublings: doublings + 1, openTime)
      }
    }
  }

  private mutating func judge(_ verdict: Verdict, _ now: MonotonicTime, _ openTime: () -> OpenTime) {
    guard verdict != .nothing else { return }
    rise.add(bad: verdict == .failed)
    surge.add(bad: verdict == .failed)
    if verdict != .failed { slowness.add(bad: verdict == .slow) }
    guard rise.isOver || surge.isOver || slowness.isOver else { return }
    open(now, doublings: 0, openTime)
  }

  private mutating func open(_ now: MonotonicTime, doublings: Int, _ openTime: () -> OpenTime) {
    state = .open(until: openTime().after(now, doublings: doublings), doublings: doublings)
    trips &+= 1
  }

  private mutating func close() {
    state = .closed
    rise.reset()
    surge.reset()
    slowness.reset()
  }
}
