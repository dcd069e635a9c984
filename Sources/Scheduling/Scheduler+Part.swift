/// One of several schedulers in front of the same backends: each fills its part of their slots.
extension Scheduler {
  /// The part of a backend's slots that is this scheduler's; `nil`: all of them. What runs goes on, whatever the part.
  package mutating func setPart(_ part: BackendPart?, ofBackend index: Int, now: MonotonicTime) {
    guard backends.indices.contains(index), !backends[index].isGone else { return }
    backends[index].part = part
    // The inferred limit follows the fleet's, so that it goes on from there when it is this scheduler's turn to find it.
    if let followed = part?.followed, !backends[index].usesReport(policy.capacity, now) { backends[index].inferred.resume(at: followed) }
  }

  /// How many slots this scheduler would get if it asked for more than its part: what its queue may count on; 0 when it has all.
  package mutating func setProspect(_ slots: Int) { prospect = slots }

  /// How many slots this scheduler may have in use at all backends together: less than the sum of its parts while it is to give some up,
  /// whichever comes free first; `nil`: as many as there are.
  package mutating func setTotal(_ slots: Int?) { total = slots }

  var isAtTotal: Bool {
    guard let total else { return false }
    var inUse = 0
    for account in shares.accounts { inUse += account.inUse }
    return inUse >= total
  }

  /// Whether this scheduler may fill a slot of another backend: a ticket whose attempt failed would wait for ever for one that is not its own.
  func hasPart(elsewhereThan backend: Int) -> Bool {
    total == nil || backends.indices.contains { $0 != backend && isInService($0) && (backends[$0].part?.slots ?? 1) > 0 }
  }

  package func demand(now: MonotonicTime) -> PoolDemand {
    PoolDemand(
      reference: times.reference.map { Duration(inSeconds: $0) },
      tiers: tiers.indices.map { tierDemand($0, now) },
      backends: backends.indices.compactMap { backendDemand($0, now) })
  }

  private func tierDemand(_ index: Int, _ now: MonotonicTime) -> PoolDemand.Tier {
    let tier = tiers[index]
    let waited = tier.queue.isEmpty ? .zero : now.since(table[tier.queue.arrivals.first].arrived)
    let isStarved = times.reference.map { waited.inSeconds > tier.patience * $0 } ?? false
    return PoolDemand.Tier(
      name: tier.policy.name, inUse: shares.accounts[index].inUse, waiting: tier.queue.count, isStarved: isStarved)
  }

  private func backendDemand(_ index: Int, _ now: MonotonicTime) -> PoolDemand.Backend? {
    guard !backends[index].draining else { return nil }
    let state = backends[index]
    return PoolDemand.Backend(
      index: index, id: addresses[index].id, limit: state.wholeLimit(policy.capacity, now),
      isReported: state.usesReport(policy.capacity, now), inUse: state.inUse,
      isUsable: tiers.contains { $0.breakers[index].visible(now) != .open })
  }
}
