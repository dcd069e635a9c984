extension Scheduler {
  /// A request asks for a slot: it waits, or is refused at the door.
  package mutating func submit(_ arrival: Arrival, now: MonotonicTime) -> Admission {
    let tier = tiers.indices.contains(arrival.tier) ? arrival.tier : defaultTier
    if let refusal = refusal(tier, arrival.tenant, now) {
      tiers[tier].totals.refused[refusal.reason, default: 0] += 1
      return .refused(refusal)
    }
    arrivals += 1
    let output = times.expectedOutput(of: arrival)
    let tokens = Work.tokens(prompt: arrival.promptTokens, output: output)
    let index = table.insert(
      TicketEntry(
        tier: tier, tenantKey: arrival.tenant, sequence: arrivals, arrived: now, promptTokens: arrival.promptTokens,
        outputTokens: output, maximumOutputTokens: arrival.maximumOutputTokens, prefix: arrival.prefix,
        cost: max(1, tokens > 0 ? tokens : Int(times.meanCost)), tag: arrival.tag))
    tiers[tier].queue.append(index, &table)
    waiting += 1
    shares.arrived(tier)
    return .waiting(table.ticket(at: index))
  }

  /// A ticket that was admitted and is turned away after all: call until `nil`, after `next` has said `nil`.
  package mutating func nextEviction() -> Eviction? {
    if let eviction = evictions.popLast() { return eviction }
    for tier in tiers.indices {
      guard let retryAfter = tiers[tier].unservableFor, !tiers[tier].queue.isEmpty else { continue }
      evict(tiers[tier].queue.arrivals.last, Refusal(reason: .noBackend, retryAfter: retryAfter))
      return evictions.popLast()
    }
    return nil
  }

  /// Takes a waiting ticket out of every account, and out of the table.
  mutating func drop(_ index: UInt32) {
    let entry = table[index]
    tiers[entry.tier].queue.remove(index, &table)
    shares.left(entry.tier)
    waiting -= 1
    if entry.attempts > 0 { retried -= 1 }
    table.remove(index)
  }

  // MARK: At the door

  private mutating func refusal(_ tier: Int, _ tenant: UInt64, _ now: MonotonicTime) -> Refusal? {
    if let until = unservable(tier, now) { return Refusal(reason: .noBackend, retryAfter: until.since(now)) }
    let rounds = expectedRounds(tier, tenant: tenant, now)
    if let reference = times.reference, rounds > settings.refusalWait {
      return Refusal(reason: .expectedWait, retryAfter: Duration(inSeconds: max(rounds - settings.refusalWait, 1) * reference))
    }
    let bound = times.reference == nil ? min(settings.maximumWaitingUnmeasured, settings.maximumWaiting) : settings.maximumWaiting
    guard waiting >= bound, !pushOut(below: tier, now) else { return nil }
    return Refusal(reason: .queueFull, retryAfter: drainTime(tier, now))
  }

  /// Makes room for a ticket of the tier: the newest ticket of the lowest waiting tier goes, if that is a lower one.
  private mutating func pushOut(below tier: Int, _ now: MonotonicTime) -> Bool {
    guard let lowest = order.last(where: { !tiers[$0].queue.isEmpty }), tiers[lowest].policy.priority < tiers[tier].policy.priority
    else { return false }
    evict(tiers[lowest].queue.arrivals.last, Refusal(reason: .queueFull, retryAfter: drainTime(lowest, now)))
    return true
  }

  /// What a new ticket of the tier would wait, in reference service times: the work ahead of it ÷ what the tier gets done.
  ///
  /// In one service time the pool completes as many requests as it has slots (Little's law); the tier's part of that is what
  /// its weight earns, or what it really got lately, if that is more. Whoever is lower never expects less than who is higher:
  /// the lowest tier is refused first.
  @inline(__always) func expectedRounds(_ tier: Int, tenant: UInt64?, _ now: MonotonicTime) -> Double {
    let slots = Double(max(expectedCapacity(now), prospect))
    let meanCost = times.meanCost
    func rounds(_ tier: Int, ahead: Double) -> Double {
      ahead / (meanCost * slots * max(shares.entitlement(of: tier), shares.accounts[tier].recent))
    }
    if tiers[tier].queue.isEmpty && order.first == tier { return 0 }
    let ahead = tenant.map { tiers[tier].queue.workAhead(ofTenant: $0, meanCost: meanCost) } ?? Double(tiers[tier].queue.work)
    var longest = rounds(tier, ahead: ahead)
    for higher in order where tiers[higher].policy.priority > tiers[tier].policy.priority && !tiers[higher].queue.isEmpty {
      longest = max(longest, rounds(higher, ahead: Double(tiers[higher].queue.work)))
    }
    return longest
  }

  /// How long what waits in the tier takes to drain. Before anything was measured: as long as its oldest ticket has waited.
  func drainTime(_ tier: Int, _ now: MonotonicTime) -> Duration {
    if let reference = times.reference { return Duration(inSeconds: max(expectedRounds(tier, tenant: nil, now), 1) * reference) }
    return tiers[tier].queue.isEmpty ? .zero : now.since(table[tiers[tier].queue.arrivals.first].arrived)
  }

  // MARK: After admission

  /// Finds the tickets that will not be served: their tier has no backend left, or they are out of patience.
  mutating func turnAwayTheHopeless(_ now: MonotonicTime) {
    for tier in tiers.indices {
      guard !tiers[tier].queue.isEmpty else {
        tiers[tier].unservableFor = nil
        continue
      }
      tiers[tier].unservableFor = unservable(tier, now)?.since(now)
      guard let reference = times.reference else { continue }
      while !tiers[tier].queue.isEmpty {
        let oldest = tiers[tier].queue.arrivals.first
        guard now.seconds(since: table[oldest].arrived) > settings.longestWait * reference else { break }
        evict(oldest, Refusal(reason: .expectedWait, retryAfter: drainTime(tier, now)))
      }
    }
  }

  private mutating func evict(_ index: UInt32, _ refusal: Refusal) {
    let entry = table[index]
    tiers[entry.tier].totals.evicted[refusal.reason, default: 0] += 1
    evictions.append(Eviction(ticket: table.ticket(at: index), tag: entry.tag, refusal: refusal))
    drop(index)
  }
}
