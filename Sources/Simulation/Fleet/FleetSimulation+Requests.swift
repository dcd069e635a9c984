import Scheduling

/// Requests: they arrive, are dispatched, answered or refused.
extension FleetSimulation {
  mutating func planTraffic(_ proxy: Int, _ index: Int) {
    switch scenario.traffic[proxy][index].arrivals {
    case .poisson(let rate): if rate > 0 { plan(.arrival(proxy: proxy, traffic: index), at: now.advanced(bySeconds: interval(rate))) }
    case .closedLoop(let clients, let think):
      for _ in 0..<clients {
        plan(.arrival(proxy: proxy, traffic: index), at: now.advanced(bySeconds: random.unit() * max(think.inSeconds, 0.01)))
      }
    case .bursts: plan(.arrival(proxy: proxy, traffic: index), at: now)
    case .trace: break
    }
  }

  mutating func arrive(_ home: Int, _ index: Int) {
    guard now <= end else { return }
    let traffic = scenario.traffic[home][index]
    var count = 1
    switch traffic.arrivals {
    case .poisson(let rate): plan(.arrival(proxy: home, traffic: index), at: now.advanced(bySeconds: interval(rate)))
    case .bursts(let size, let every):
      plan(.arrival(proxy: home, traffic: index), at: now.advanced(by: every))
      count = size
    case .closedLoop, .trace: break
    }
    guard let proxy = (0..<proxies.count).map({ (home + $0) % proxies.count }).first(where: { proxies[$0].life == .up }) else { return }
    for _ in 0..<count { submit(home, index, traffic, at: proxy) }
    settle(proxy)
  }

  private mutating func submit(_ home: Int, _ index: Int, _ traffic: Traffic, at proxy: Int) {
    let tier = proxies[proxy].scheduler.tierIndex(named: traffic.tier) ?? 0
    let tokens = max(1, Int((Double(traffic.outputTokens) * (1 + traffic.outputSpread * (2 * random.unit() - 1))).rounded()))
    var request = Request(
      proxy: proxy, home: home, traffic: index, tier: tier, outputTokens: tokens, arrived: now, counts: now >= countFrom)
    let arrival = Arrival(tier: tier, promptTokens: traffic.promptTokens, outputTokens: traffic.outputTokens, tag: UInt64(requests.count))
    if request.counts { proxies[proxy].report.tiers[tier].arrived += 1 }
    switch proxies[proxy].scheduler.submit(arrival, now: now) {
    case .waiting(let ticket):
      request.ticket = ticket
      live.insert(requests.count)
      requests.append(request)
    case .refused(let refusal):
      request.stage = .ended
      requests.append(request)
      if request.counts { proxies[proxy].report.tiers[tier].refused += 1 }
      comeBack(requests.count - 1, after: refusal.retryAfter)
    }
  }

  /// Everything that a proxy's scheduler decides now.
  mutating func settle(_ proxy: Int) {
    while let dispatch = proxies[proxy].scheduler.next(now: now) { begin(dispatch, proxy) }
    while let eviction = proxies[proxy].scheduler.nextEviction() {
      let index = Int(eviction.tag)
      requests[index].stage = .ended
      live.remove(index)
      if requests[index].counts { proxies[proxy].report.tiers[requests[index].tier].evicted += 1 }
      comeBack(index, after: eviction.refusal.retryAfter)
    }
  }

  private mutating func begin(_ dispatch: Dispatch, _ proxy: Int) {
    let index = Int(dispatch.tag)
    let id = proxies[proxy].scheduler.backend(at: dispatch.backend)?.id
    guard let server = servers.indices.first(where: { Simulation.name(ofServer: $0) == id }) else { return }
    for word in [dispatch.tag, UInt64(proxy), UInt64(server), now.nanoseconds] {
      result.digest = (result.digest ^ word) &* 0x100_0000_01b3
    }
    requests[index].stage = .running
    requests[index].server = server
    requests[index].wait = dispatch.waited.inSeconds
    result.longestWait = max(result.longestWait, dispatch.waited.inSeconds)
    let model = servers[server].model
    let jitter = 1 + model.jitter * (2 * random.unit() - 1)
    servers[server].advance(to: now)
    servers[server].start(
      SimulatedServer.Item(
        request: index, attempt: 1, first: model.firstToken.inSeconds * jitter,
        rest: model.perToken.inSeconds * Double(requests[index].outputTokens) * jitter))
    schedule(server)
  }

  mutating func schedule(_ server: Int) {
    if let time = servers[server].nextProgress { plan(.progress(server: server, version: servers[server].version), at: time) }
  }

  mutating func progress(_ server: Int) {
    servers[server].advance(to: now)
    var touched: Set<Int> = []
    while let progress = servers[server].progress() {
      switch progress {
      case .firstToken(let item):
        if let ticket = requests[item.request].ticket { proxies[requests[item.request].proxy].scheduler.firstToken(ticket, now: now) }
      case .done(let item):
        answered(item.request)
        touched.insert(requests[item.request].proxy)
      }
    }
    schedule(server)
    for proxy in touched.sorted() { settle(proxy) }
  }

  private mutating func answered(_ index: Int) {
    let request = requests[index]
    guard let ticket = request.ticket else { return }
    let success = Outcome.success(
      outputTokens: request.outputTokens, promptTokens: scenario.traffic[request.home][request.traffic].promptTokens)
    proxies[request.proxy].scheduler.finish(ticket, success, now: now)
    requests[index].stage = .ended
    live.remove(index)
    if request.counts {
      proxies[request.proxy].report.tiers[request.tier].served += 1
      proxies[request.proxy].report.tiers[request.tier].waits.add(request.wait)
      proxies[request.proxy].report.tiers[request.tier].latencies.add(now.seconds(since: request.arrived))
    }
    comeBack(index, after: .zero)
  }

  mutating func comeBack(_ index: Int, after pause: Duration) {
    let (home, traffic) = (requests[index].home, requests[index].traffic)
    guard case .closedLoop(_, let think) = scenario.traffic[home][traffic].arrivals else { return }
    plan(.arrival(proxy: home, traffic: traffic), at: now.advanced(by: max(pause + think, .nanoseconds(1))))
  }

  private mutating func interval(_ rate: Double) -> Double { -Logarithm.natural(1 - random.unit()) / rate }
}
