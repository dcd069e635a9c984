import Scheduling

/// Another proxy of the fleet.
///
/// ```
///   hello ──its message names this proxy──▶ alive ◀────────────── heard ──────────────┐
///                                             │  silent for 3 intervals                │
///                                             ├────────────────────────────▶ suspected ┤ (asked again; keeps its part)
///                                             │                                        │ silent for 5 intervals
///                        left, or started again at its address                         ▼
///                                             └───────────────────────────▶ gone: its part is divided among the others
/// ```
struct FleetMember: Sendable {
  var address: FleetAddress
  var isSuspected = false
  var isLeaving = false
  var sequence: UInt64 = 0
  var lastHeard: MonotonicTime
  /// Its own, as it says, in seconds.
  var interval: Double
  /// By how much its heartbeats came later than an interval after the one before, in seconds.
  var lateness = MovingAverage(horizon: 32)
  var lastHeartbeat: MonotonicTime?
  var pools: [UInt64: Announced] = [:]

  /// A pool's state with the time when it was received.
  struct Announced: Sendable {
    var state: PoolState
    var at: MonotonicTime
    /// By backend: a pool with many backends comes in several datagrams, and one that was removed comes no more.
    var seen: [UInt64: MonotonicTime] = [:]
  }

  init(address: FleetAddress, interval: Duration, now: MonotonicTime) {
    self.address = address
    self.interval = interval.inSeconds
    lastHeard = now
  }

  /// A message of it has come.
  mutating func heard(_ message: FleetMessage, _ now: MonotonicTime) {
    sequence = message.sequence
    interval = message.interval.inSeconds
    isLeaving = message.kind == .leaving
    isSuspected = false
    lastHeard = now
    if message.kind != .news {
      if let lastHeartbeat { lateness.add(max(0, now.seconds(since: lastHeartbeat) - interval)) }
      lastHeartbeat = now
    }
    for pool in message.pools { merge(pool, now) }
  }

  private mutating func merge(_ pool: PoolState, _ now: MonotonicTime) {
    var known = pools[pool.pool] ?? Announced(state: PoolState(pool: pool.pool), at: now)
    known.at = now
    known.state.reference = pool.reference
    known.state.tiers = pool.tiers
    for backend in pool.backends {
      known.seen[backend.backend] = now
      if let index = known.state.backends.firstIndex(where: { $0.backend == backend.backend }) {
        known.state.backends[index] = backend
      } else {
        known.state.backends.append(backend)
      }
    }
    pools[pool.pool] = known
  }

  /// What it last said of a pool, without what it has not repeated for so long that it has it no longer.
  func state(ofPool name: UInt64, _ settings: FleetSettings, _ now: MonotonicTime) -> PoolState {
    let oldest = patience(intervals: settings.deadIntervals, settings)
    guard let announced = pools[name], now.seconds(since: announced.at) <= oldest else { return PoolState(pool: name) }
    var state = announced.state
    state.backends.removeAll { now.seconds(since: announced.seen[$0.backend] ?? .zero) > oldest }
    return state
  }

  /// How long it may be silent, in seconds.
  func patience(intervals: Double, _ settings: FleetSettings) -> Double {
    intervals * interval + settings.latenessFactor * (lateness.value ?? 0)
  }
}
