/// One tier of a pool while it runs.
struct Tier: Sendable {
  var policy: TierPolicy
  /// In reference service times.
  var patience = 0.0
  var queue = TierQueue()
  /// By backend index.
  var breakers: [CircuitBreaker] = []
  /// Set while no backend may be used: how long until the first one may be tried again.
  var unservableFor: Duration?
  var totals = Totals()

  init(policy: TierPolicy) { self.policy = policy }

  /// Since the start.
  struct Totals: Sendable {
    var dispatched: UInt64 = 0
    var succeeded: UInt64 = 0
    var failed: UInt64 = 0
    var cancelled: UInt64 = 0
    var retried: UInt64 = 0
    var refused: [Refusal.Reason: UInt64] = [:]
    var evicted: [Refusal.Reason: UInt64] = [:]
  }

  mutating func resetBreaker(_ backend: Int, _ settings: SchedulerSettings) {
    let fresh = CircuitBreaker(errorRate: policy.breaker.errorRate, probesToClose: settings.probesToClose)
    while breakers.count <= backend { breakers.append(fresh) }
    breakers[backend] = fresh
  }
}
