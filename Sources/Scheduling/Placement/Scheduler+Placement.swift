extension Scheduler {
  /// A free slot for a ticket whose turn it is. Only where it goes is decided here: no slot stays empty, and nobody waits, for affinity.
  func place(_ ticket: UInt32, for tier: Int, except failed: Int?, _ now: MonotonicTime) -> Int? {
    if policy.placement == .prefixAffinity, table[ticket].prefix != 0, let backend = cached(table[ticket], tier, except: failed, now) {
      return backend
    }
    return leastLoaded(for: tier, except: failed, now)
  }

  /// Of the backends with a free slot that the tier's breakers admit and that are within their bound, the highest ranked for the prefix.
  ///
  /// Bounded loads (Mirrokni, Thorup, Zadimoghaddam 2018): with the ticket, a backend has at most `affinityLoadFactor` times its slots'
  /// part of all work in flight, so that a popular prefix spreads instead of making one backend slow. An empty backend is always within.
  private func cached(_ entry: TicketEntry, _ tier: Int, except failed: Int?, _ now: MonotonicTime) -> Int? {
    let share = settings.affinityLoadFactor * workPerSlot(adding: entry.cost, now)
    var best: Int?
    var highest: UInt64 = 0
    for index in backends.indices where index != failed && hasFreeSlot(index, now) && admits(tier: tier, backend: index, now: now) {
      let bound = share * Double(backends[index].limit(policy.capacity, now))
      guard backends[index].inUse == 0 || Double(backends[index].workInFlight + entry.cost) <= bound else { continue }
      let rank = PrefixAffinity.rank(prefix: entry.prefix, backend: backends[index].affinityKey)
      if best == nil || rank > highest { (best, highest) = (index, rank) }
    }
    return best
  }

  private func workPerSlot(adding cost: Int, _ now: MonotonicTime) -> Double {
    var work = cost
    var slots = 0
    for index in backends.indices where isInService(index) {
      work += backends[index].workInFlight
      slots += backends[index].limit(policy.capacity, now)
    }
    return Double(work) / Double(max(1, slots))
  }
}
