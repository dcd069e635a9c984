/// Decides which waiting request goes next, and to which backend: one for each pool.
///
/// A value that is polled: the shell tells it what happened and when, then asks `next` until it says `nil`, then
/// `nextEviction` until it says `nil`. The same events at the same times with the same seed give the same decisions.
///
/// ```
///  submit ──refused: expected wait, queue full, no backend──▶ 429 or 503
///    │
///    ▼                          next: a slot is free, and it is its turn
///  waiting ───────────────────────────────────────────────────────────────────▶ running at a backend
///    │  ▲                                                                         │   │      │
///    │  └────── retry: failed before its first byte; ahead of its tier ───────────┘   │      │
///    │                                                                         finish │      │ cancel
///    ├── cancel ──────────────▶ gone                                                  ▼      ▼
///    └── nextEviction ────────▶ 429 or 503: pushed out, out of patience, unservable    the slot is free
/// ```
/// Who goes next is in `Scheduler+Dispatch`, who is turned away in `Scheduler+Admission`; `Shares` keeps the tiers' accounts,
/// `TierQueue` the turns of tenants, `ConcurrencyLimit` and `ReportedLimit` the number of slots, `CircuitBreaker` the health.
package struct Scheduler: Sendable {
  package internal(set) var policy: SchedulingPolicy
  private(set) var settings: SchedulerSettings
  /// What new backends begin with.
  private(set) var start: PlannedStart?
  /// The limit of a backend of which no plan says anything.
  private let smallestStart: Int
  /// By index in the policy.
  var tiers: [Tier] = []
  /// Indices of tiers, highest priority first.
  var order: [Int] = []
  var defaultTier = 0
  /// Of all tiers' latency tolerances.
  var strictestTolerance = Double.infinity
  var shares = Shares(weights: [])
  /// By backend index, also those that have gone. Read through its span: the array itself hands out copies, and these are large.
  var backends: ContiguousArray<BackendState> = []
  /// By backend index; the last one that had the index.
  var addresses: [Backend] = []
  var table = TicketTable()
  var times = ServiceTimes()
  var random: SplitMix64
  var arrivals: UInt64 = 0
  var waiting = 0
  /// Slots that could be had by asking for them, see `setProspect`.
  var prospect = 0
  /// Slots that may be in use at all backends together, see `setTotal`.
  var total: Int?
  /// Live tickets that have failed at least once.
  var retried = 0
  var evictions: [Eviction] = []

  /// - Parameters:
  ///   - start: what a plan expects of each backend.
  ///   - seed: for the jitter of breakers; the same seed gives the same decisions.
  package init(
    policy: SchedulingPolicy, backends: [Backend], settings: SchedulerSettings = .init(), start: PlannedStart? = nil, seed: UInt64,
    now: MonotonicTime
  ) {
    self.policy = policy
    self.settings = settings
    smallestStart = settings.initialLimit
    random = SplitMix64(seed: seed)
    expect(start)
    update(policy: policy, backends: backends, now: now)
  }

  /// A new plan: backends that come from now on begin with it. What is there has been measured, and stays.
  package mutating func expect(_ start: PlannedStart?) {
    self.start = start
    settings.initialLimit = min(max(smallestStart, start?.concurrency ?? 0), settings.maximumLimit)
  }

  // MARK: Names and indices

  /// The index of a tier by its name; `nil` when the policy has no such tier.
  package func tierIndex(named name: String) -> Int? { tiers.firstIndex { $0.policy.name == name } }

  /// The tier of a request whose tier is not known.
  package var defaultTierIndex: Int { defaultTier }

  /// The backend with this index, in service or draining; `nil` when it has gone.
  package func backend(at index: Int) -> Backend? {
    backends.indices.contains(index) && !backends.span[index].isGone ? addresses[index] : nil
  }

  /// The index of the backend in service with this id.
  package func serviceIndex(id: String) -> Int? { addresses.indices.first { addresses[$0].id == id && isInService($0) } }

  /// The index of the backend in service (or draining) with this id.
  package func backendIndex(id: String) -> Int? { addresses.indices.first { addresses[$0].id == id && !backends[$0].isGone } }

  // MARK: Time

  /// The next moment at which something can change without an event: an open breaker's probe, a stale report, the end of a
  /// ticket's patience. Ask `next` then; `nil` when only events matter.
  @inline(__always) package func nextWakeup(now: MonotonicTime) -> MonotonicTime? { waiting > 0 ? soonestChange(now) : nil }

  private func soonestChange(_ now: MonotonicTime) -> MonotonicTime? {
    var soonest: MonotonicTime?
    func consider(_ time: MonotonicTime?) {
      guard let time, time > now else { return }
      soonest = min(soonest ?? time, time)
    }
    for tier in tiers where !tier.queue.isEmpty {
      if let reference = times.reference {
        let oldest = table[tier.queue.arrivals.first].arrived
        consider(oldest.advanced(bySeconds: settings.longestWait * reference).advanced(by: .nanoseconds(1)))
      }
      for index in backends.indices where isInService(index) { consider(tier.breakers[index].closedUntil(now)) }
    }
    for index in backends.indices where backends[index].usesReport(policy.capacity, now) { consider(backends[index].reportedUntil) }
    return soonest
  }
}

// MARK: Backends

extension Scheduler {
  func isInService(_ index: Int) -> Bool { !backends.span[index].draining }

  func hasFreeSlot(_ index: Int, _ now: MonotonicTime) -> Bool {
    backends.span[index].hasFreeSlot(policy.capacity, now)
  }

  /// The sum of the limits of all backends in service, at least 1.
  @inline(__always) func capacity(_ now: MonotonicTime) -> Int {
    var sum = 0
    for index in backends.indices { sum += backends.span[index].limit(policy.capacity, now) }
    return max(1, sum)
  }

  /// The capacity to expect while a ticket waits, at least 1: limits that are still growing are no reason to turn anyone away.
  func expectedCapacity(_ now: MonotonicTime) -> Int {
    var sum = 0
    for index in backends.indices { sum += backends.span[index].expectedLimit(policy.capacity, now) }
    return max(1, sum)
  }

  /// Whether any backend could serve the tier, now or when a slot is free; when none, the moment to try again.
  func unservable(_ tier: Int, _ now: MonotonicTime, except: Int? = nil) -> MonotonicTime? {
    var soonest: MonotonicTime?
    for index in backends.indices where index != except && isInService(index) {
      guard let until = tiers[tier].breakers[index].closedUntil(now) else { return nil }
      soonest = min(soonest ?? until, until)
    }
    return soonest ?? now.advanced(bySeconds: times.reference ?? 0)
  }
}
