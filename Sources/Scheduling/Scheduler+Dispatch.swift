// Some methods are inlined although they are long: to call one that changes nothing from one that does, the whole scheduler is copied.

extension Scheduler {
  /// A ticket that may go, and where to.
  private struct Choice {
    var ticket: UInt32
    var tier: Int
    var backend: Int
    var rule: Dispatch.Rule
  }

  /// The next ticket to hand over, if any: call until `nil`, after every event.
  ///
  /// With a free slot and at least one ticket waiting:
  /// 1. a ticket that has starved, oldest first, while its tier is owed work;
  /// 2. otherwise, of the waiting tiers that are owed work, the one with the highest priority;
  /// 3. otherwise the highest priority.
  package mutating func next(now: MonotonicTime) -> Dispatch? {
    guard waiting > 0 else { return nil }
    turnAwayTheHopeless(now)
    guard waiting > 0, !isAtTotal, backends.indices.contains(where: { hasFreeSlot($0, now) }) else { return nil }
    let choice =
      switch policy.algorithm {
      case .workConservingPriority: starved(now) ?? highestPriority(now, owed: true) ?? highestPriority(now, owed: false)
      case .strictPriority: starved(now) ?? highestPriority(now, owed: false)
      case .weightedFair: furthestBehind(now)
      }
    return choice.map { bind($0, now) }
  }

  // MARK: The rules

  /// Rule 1: aging says how long a ticket waited, never what it is, so it counts only within its tier's entitlement.
  @inline(__always) private func starved(_ now: MonotonicTime) -> Choice? {
    guard let reference = times.reference else { return nil }
    var oldest: Choice?
    for tier in order where !tiers[tier].queue.isEmpty && shares.owed(to: tier) > 0 {
      let ticket = tiers[tier].queue.arrivals.first
      guard now.seconds(since: table[ticket].arrived) > tiers[tier].patience * reference else { continue }
      if let oldest, table[oldest.ticket].sequence < table[ticket].sequence { continue }
      guard let backend = backend(for: ticket, now) else { continue }
      oldest = Choice(ticket: ticket, tier: tier, backend: backend, rule: .starved)
    }
    return oldest
  }

  /// Rules 2 and 3. Tiers of one priority go by what they are owed.
  @inline(__always) private func highestPriority(_ now: MonotonicTime, owed: Bool) -> Choice? {
    var best: Choice?
    for tier in order where !tiers[tier].queue.isEmpty && (!owed || shares.owed(to: tier) > 0) {
      if let best {
        guard tiers[tier].policy.priority == tiers[best.tier].policy.priority else { break }
        guard isFurtherBehind(tier, best.tier) else { continue }
      }
      if let choice = turn(of: tier, now, owed ? .owed : .priority) { best = choice }
    }
    return best
  }

  /// Proportional share without priorities: the tier that is owed the most for its weight.
  private func furthestBehind(_ now: MonotonicTime) -> Choice? {
    var best: Choice?
    for tier in order where !tiers[tier].queue.isEmpty {
      if let best, !isFurtherBehind(tier, best.tier) { continue }
      if let choice = turn(of: tier, now, .fair) { best = choice }
    }
    return best
  }

  private func isFurtherBehind(_ tier: Int, _ other: Int) -> Bool {
    shares.owed(to: tier) * Double(tiers[other].policy.weight) > shares.owed(to: other) * Double(tiers[tier].policy.weight)
  }

  /// The ticket of the tier whose turn it is, if there is a backend for it: one that failed before, then the tenant's with
  /// the least charge.
  private func turn(of tier: Int, _ now: MonotonicTime, _ rule: Dispatch.Rule) -> Choice? {
    if tiers[tier].queue.returnedCount > 0 {
      for list in tiers[tier].queue.returned where !list.isEmpty {
        guard let backend = backend(for: list.first, now) else { continue }
        return Choice(ticket: list.first, tier: tier, backend: backend, rule: rule)
      }
    }
    guard let front = tiers[tier].queue.front, let backend = place(front, for: tier, except: nil, now) else { return nil }
    return Choice(ticket: front, tier: tier, backend: backend, rule: rule)
  }

  // MARK: Where to

  /// Whether the tier may use a free slot of the backend now.
  package func admits(tier: Int, backend: Int, now: MonotonicTime) -> Bool {
    isInService(backend) && tiers[tier].breakers[backend].admits(now) && !isHeldBack(backend, for: tier, now)
  }

  /// A free slot for the ticket; one whose attempt failed goes elsewhere, unless there is nowhere else.
  private func backend(for ticket: UInt32, _ now: MonotonicTime) -> Int? {
    let entry = table[ticket]
    let failed = entry.place == .returned ? entry.backend : nil
    if let backend = place(ticket, for: entry.tier, except: failed, now) { return backend }
    guard let failed, !hasPart(elsewhereThan: failed) || unservable(entry.tier, now, except: failed) != nil else { return nil }
    return place(ticket, for: entry.tier, except: nil, now)
  }

  /// Of the backends with a free slot that the tier's breakers admit, the one with the least work in flight.
  func leastLoaded(for tier: Int, except failed: Int?, _ now: MonotonicTime) -> Int? {
    var best: Int?
    var least: BackendState.Load?
    for index in backends.indices where index != failed && hasFreeSlot(index, now) {
      let load = backends.span[index].load
      if let least, !load.precedes(least) { continue }
      guard admits(tier: tier, backend: index, now: now) else { continue }
      (best, least) = (index, load)
    }
    return best
  }

  /// Whether the backend is slow by the tier's standard, though too few of the tier's own requests have ended there to tell its breaker so.
  /// Lower tiers, which tolerate more, keep using it and show when it is well again. The last door stays open: a slow answer is
  /// better than none.
  private func isHeldBack(_ index: Int, for tier: Int, _ now: MonotonicTime) -> Bool {
    guard policy.circuitBreakers, isLate(index, for: tier, now) else { return false }
    for other in backends.indices where other != index && isInService(other) && tiers[tier].breakers[other].isClosed {
      if !isLate(other, for: tier, now) { return true }
    }
    return false
  }

  /// Whether the last answers took too long, or what is in flight has been there for too long. Only while something is in flight that
  /// will show how it is: an idle backend is tried.
  private func isLate(_ index: Int, for tier: Int, _ now: MonotonicTime) -> Bool {
    guard backends.span[index].inUse > 0 else { return false }
    let tolerance = max(1, tiers[tier].policy.breaker.latencyTolerance)
    if isSlowOfLate(index, tolerance: tolerance) { return true }
    guard let usual = times.usualAge, backends.span[index].inUse >= Self.enoughInFlight else { return false }
    return backends.span[index].meanAge(now) > tolerance * usual
  }

  /// Requests in flight before their mean age says anything.
  private static let enoughInFlight = 4

  // MARK: Binding

  private mutating func bind(_ choice: Choice, _ now: MonotonicTime) -> Dispatch {
    let (tier, index) = (choice.tier, choice.backend)
    tiers[tier].queue.start(choice.ticket, &table)
    waiting -= 1
    let known = table[choice.ticket]
    if known.attempts == 0, known.hasKnownLength { times.dispatched(cost: known.cost) }
    let horizon = 2 * Double(capacity(now)) * times.meanCost
    shares.dispatched(tier, work: Double(known.cost), meanWork: times.meanCost, horizon: horizon)
    tiers[tier].totals.dispatched += 1

    if times.reference != nil, backends.span[index].inUse >= Self.enoughInFlight { times.noteAge(backends.span[index].meanAge(now)) }
    backends[index].began(cost: known.cost, now)
    let isProbe = tiers[tier].breakers[index].began()
    let (window, inUse) = (backends.span[index].inferred.window, backends.span[index].inUseByAll)
    table[choice.ticket].began(at: index, now, isProbe: isProbe, window: window, inUse: inUse)
    return Dispatch(
      ticket: table.ticket(at: choice.ticket), tag: known.tag, backend: index, waitedNanoseconds: now.nanoseconds(since: known.arrived),
      rule: choice.rule)
  }
}
