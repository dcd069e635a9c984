extension Scheduler {
  /// The state of the pool as numbers. Allocates: for metrics and status, not for decisions.
  package func statistics(now: MonotonicTime) -> SchedulerStatistics {
    SchedulerStatistics(
      tiers: tiers.indices.map { tierStatistics($0, now) },
      backends: backends.indices.compactMap { backendStatistics($0, now) },
      capacity: backends.reduce(0) { $0 + $1.limit(policy.capacity, now) },
      referenceServiceTime: times.service.value.map { Duration(inSeconds: $0) },
      timeToFirstToken: times.firstToken.value.map { Duration(inSeconds: $0) },
      timePerOutputToken: times.perOutputToken.value.map { Duration(inSeconds: $0) })
  }

  /// What a request takes on this pool today, in seconds; `nil` before the first completion.
  package var serviceTime: Double? { times.service.value }

  /// The number of slots of a backend now; 0 for one that drains or has gone.
  package func limit(ofBackend index: Int, now: MonotonicTime) -> Int {
    backends.indices.contains(index) ? backends[index].limit(policy.capacity, now) : 0
  }

  package func breaker(tier: Int, backend: Int, now: MonotonicTime) -> BreakerState {
    tiers[tier].breakers[backend].visible(now)
  }

  /// Tokens of work that the tier is owed; negative: taken in advance.
  package func owed(to tier: Int) -> Double { shares.owed(to: tier) }

  /// Comparisons made in queues since the start.
  package var comparisons: UInt64 { tiers.reduce(0) { $0 &+ $1.queue.comparisons } }

  private func tierStatistics(_ index: Int, _ now: MonotonicTime) -> TierStatistics {
    let tier = tiers[index]
    let account = shares.accounts[index]
    let wait = times.reference.map { Duration(inSeconds: expectedRounds(index, tenant: nil, now) * $0) }
    return TierStatistics(
      name: tier.policy.name, waiting: tier.queue.count, inUse: account.inUse,
      entitlement: account.hasDemand ? shares.entitlement(of: index) : 0, share: account.recent, owed: account.owed, expectedWait: wait,
      dispatched: tier.totals.dispatched, succeeded: tier.totals.succeeded, failed: tier.totals.failed, cancelled: tier.totals.cancelled,
      retried: tier.totals.retried, refused: tier.totals.refused, evicted: tier.totals.evicted)
  }

  private func backendStatistics(_ index: Int, _ now: MonotonicTime) -> BackendStatistics? {
    let state = backends[index]
    guard !state.isGone else { return nil }
    let pool = times.normalised.mean
    return BackendStatistics(
      index: index, id: addresses[index].id, draining: state.draining, limit: state.limit(policy.capacity, now),
      limitReason: state.limitReason(policy.capacity, now), inUse: state.inUse, workInFlight: state.workInFlight,
      latencyRatio: pool > 0 ? state.baseline.value.map { $0 / pool } : nil,
      breakers: tiers.indices.map { tiers[$0].breakers[index].visible(now) },
      breakerTrips: tiers.indices.map { tiers[$0].breakers[index].trips })
  }
}
