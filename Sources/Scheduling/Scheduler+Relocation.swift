// Where somebody else carries the request, the last word about where it goes is theirs: a gateway tries the next endpoint of a list, or
// may only use some. These keep the accounts true.
extension Scheduler {
  /// The running ticket runs at another backend than the one it was bound to. It takes a slot there even if none is free: what is, is.
  /// - Parameter failure: Why it did not go where it was bound to; `nil` says nothing about that backend.
  package mutating func move(_ ticket: Ticket, to backend: Int, failure: FailureKind? = nil, now: MonotonicTime) {
    guard let index = table.find(ticket), table[index].place == .running, backends.indices.contains(backend) else { return }
    let entry = table[index]
    guard entry.backend != backend, isInService(backend) else { return }
    backends[entry.backend].ended(entry)
    learn(entry, failure.map { .failure($0) } ?? .cancelled, now)

    backends[backend].began(cost: entry.cost, entry.dispatched)
    let isProbe = tiers[entry.tier].breakers[backend].began()
    let (window, inUse) = (backends[backend].inferred.window, backends[backend].inUseByAll)
    table[index].began(at: backend, entry.dispatched, isProbe: isProbe, window: window, inUse: inUse)
    // It is the same attempt: no part of the retry budget.
    table[index].attempts = entry.attempts
  }

  /// Backends that could serve the ticket's tier too, the best first: those with a free slot before those without, then by work in flight.
  /// - Parameters:
  ///   - allowed: Which backends may be used at all.
  ///   - limit: How many are wanted.
  package func alternatives(for ticket: Ticket, limit: Int, now: MonotonicTime, allowed: (Backend) -> Bool) -> [Int] {
    guard let index = table.find(ticket) else { return [] }
    let (tier, bound) = (table[index].tier, table[index].backend)
    var found: [(index: Int, isFree: Bool, load: BackendState.Load)] = []
    for index in backends.indices where index != bound && admits(tier: tier, backend: index, now: now) && allowed(addresses[index]) {
      found.append((index, hasFreeSlot(index, now), backends[index].load))
    }
    found.sort { $0.isFree != $1.isFree ? $0.isFree : $0.load.precedes($1.load) }
    return found.prefix(limit).map(\.index)
  }

  /// Whether a backend in service, whose breaker lets the tier through, is allowed.
  package func serves(tier: Int, now: MonotonicTime, allowed: (Backend) -> Bool) -> Bool {
    backends.indices.contains { isInService($0) && tiers[tier].breakers[$0].closedUntil(now) == nil && allowed(addresses[$0]) }
  }

  /// The index of the first backend in service of which this is true.
  package func serviceIndex(where isWanted: (Backend) -> Bool) -> Int? {
    addresses.indices.first { isInService($0) && isWanted(addresses[$0]) }
  }
}
