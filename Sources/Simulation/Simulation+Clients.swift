import Scheduling

/// Clients: requests arrive, are refused, answered, or given up.
extension Simulation {
  mutating func planTraffic(_ index: Int) {
    let start = time(scenario.traffic[index].from)
    switch scenario.traffic[index].arrivals {
    case .poisson(let rate): if rate > 0 { events.add(.arrival(traffic: index, row: 0), at: start.advanced(bySeconds: interval(rate))) }
    case .bursts: events.add(.arrival(traffic: index, row: 0), at: start)
    case .closedLoop(let clients, let think):
      for _ in 0..<clients { events.add(.arrival(traffic: index, row: 0), at: start.advanced(bySeconds: random.unit() * think.inSeconds)) }
    case .trace(let rows): if let first = rows.first { events.add(.arrival(traffic: index, row: 0), at: start.advanced(by: first.at)) }
    }
  }

  mutating func arrive(_ index: Int, _ row: Int) {
    let traffic = scenario.traffic[index]
    guard now <= end, traffic.until.map({ now <= time($0) }) ?? true else { return }
    switch traffic.arrivals {
    case .poisson(let rate):
      events.add(.arrival(traffic: index, row: 0), at: now.advanced(bySeconds: interval(rate)))
      request(index)
    case .bursts(let size, let every):
      events.add(.arrival(traffic: index, row: 0), at: now.advanced(by: every))
      for _ in 0..<size { request(index) }
    case .closedLoop: request(index)
    case .trace(let rows):
      if row + 1 < rows.count { events.add(.arrival(traffic: index, row: row + 1), at: time(traffic.from).advanced(by: rows[row + 1].at)) }
      request(index, rows[row])
    }
  }

  /// A request of a size that the traffic's distributions give.
  private mutating func request(_ index: Int) {
    let traffic = scenario.traffic[index]
    if !traffic.sizes.isEmpty { return request(index, traffic.sizes[Int(random.next() % UInt64(traffic.sizes.count))]) }
    let prompt = traffic.promptDistribution?.sample(&random) ?? traffic.promptTokens
    let output = traffic.outputDistribution?.sample(&random) ?? spreadOutput(traffic)
    request(index, TraceRow(at: .zero, promptTokens: prompt, outputTokens: output))
  }

  private mutating func request(_ index: Int, _ row: TraceRow) {
    let traffic = scenario.traffic[index]
    let (prompt, output) = (row.promptTokens, row.outputTokens)
    let tier = scheduler.tierIndex(named: traffic.tier) ?? scheduler.defaultTierIndex
    let tenant = traffic.tenants > 1 ? random.next() % UInt64(traffic.tenants) : row.tenant
    var request = SimulatedRequest(
      traffic: index, tier: tier, tenant: tenant, promptTokens: prompt, outputTokens: output, arrived: now, counts: now >= countFrom)
    let arrival = Arrival(
      tier: tier, tenant: tenant, promptTokens: prompt, outputTokens: traffic.outputTokens, tag: UInt64(requests.count))
    count(request) { $0.arrived += 1 }
    switch scheduler.submit(arrival, now: now) {
    case .waiting(let ticket):
      request.ticket = ticket
      check.admitted(request)
      requests.append(request)
      if let patience = traffic.clientPatience { events.add(.clientLeaves(request: requests.count - 1), at: now.advanced(by: patience)) }
    case .refused(let refusal):
      request.stage = .ended
      requests.append(request)
      count(request) { $0.refused += 1 }
      comeBack(requests.count - 1, after: refusal.retryAfter)
    }
    // A shell drains after every event; a burst is many events at one time.
    while let eviction = scheduler.nextEviction() { evicted(eviction) }
  }

  mutating func evicted(_ eviction: Eviction) {
    let index = Int(eviction.tag)
    guard requests[index].stage == .waiting, requests[index].ticket == eviction.ticket else {
      return check.broken(.ledger, now, "request \(index) was evicted while \(requests[index].stage)")
    }
    check.leftQueue(requests[index])
    requests[index].stage = .ended
    count(requests[index]) { $0.evicted += 1 }
    noteWait(now.seconds(since: requests[index].arrived))
    comeBack(index, after: eviction.refusal.retryAfter)
  }

  /// The client goes away, unless its answer has begun.
  mutating func leave(_ index: Int) {
    let request = requests[index]
    guard request.stage != .ended, !request.hasFirstToken, let ticket = request.ticket else { return }
    scheduler.cancel(ticket, now: now)
    if request.stage == .waiting {
      check.leftQueue(request)
    } else {
      check.ended(server: request.server)
      running[request.tier] -= 1
      abandon(index)
    }
    requests[index].stage = .ended
    count(request) { $0.cancelled += 1 }
    comeBack(index, after: .zero)
  }

  /// A closed loop's client thinks, then asks again; a refused one waits as long as it was told.
  mutating func comeBack(_ index: Int, after pause: Duration) {
    let traffic = requests[index].traffic
    guard case .closedLoop(_, let think) = scenario.traffic[traffic].arrivals else { return }
    // Never at once: a client without pause that is refused without pause would stop time.
    let delay = max(pause + think, .nanoseconds(1))
    events.add(.arrival(traffic: traffic, row: 0), at: now.advanced(by: delay))
  }

  mutating func noteWait(_ seconds: Double) { longestWait = max(longestWait, seconds) }

  mutating func count(_ request: SimulatedRequest, _ change: (inout TierReport) -> Void) {
    if request.counts { change(&tiers[request.tier]) }
  }

  /// The exponential distribution's inverse, by the series of the logarithm that a core may use without a C library.
  private mutating func interval(_ rate: Double) -> Double { -Logarithm.natural(1 - random.unit()) / rate }

  private mutating func spreadOutput(_ traffic: Traffic) -> Int {
    let spread = traffic.outputSpread * (2 * random.unit() - 1)
    return max(1, Int((Double(traffic.outputTokens) * (1 + spread)).rounded()))
  }

  private func time(_ offset: Duration) -> MonotonicTime { MonotonicTime.zero.advanced(by: offset) }
}
