import Fleet
import Scheduling

/// Proxies: they start, talk, crash and leave.
extension FleetSimulation {
  mutating func start(_ proxy: Int) {
    proxies[proxy].begin(scenario, id: random.next(), now: now)
    let start = proxies[proxy].start
    // Nobody's clocks tick together.
    plan(.step(proxy: proxy, start: start), at: now.advanced(bySeconds: random.unit() * tickSeconds))
    for server in servers.indices where scenario.servers[server].reports {
      plan(
        .report(proxy: proxy, start: start, server: server),
        at: now.advanced(bySeconds: random.unit() * scenario.reportInterval.inSeconds))
    }
  }

  /// As the shell does: as often as news may be sent.
  private var tickSeconds: Double { scenario.fleet.interval.inSeconds / Double(scenario.fleet.newsPerInterval) }

  mutating func tick(_ proxy: Int) {
    plan(.step(proxy: proxy, start: proxies[proxy].start), at: now.advanced(bySeconds: tickSeconds))
    takeStep(proxy)
  }

  mutating func takeStep(_ proxy: Int) {
    send(proxies[proxy].step(rules, now: now), from: proxy)
    settle(proxy)
    if proxies[proxy].life == .leaving, isIdle(proxy) { end(proxy) }
  }

  mutating func deliver(_ message: FleetMessage, _ from: Int, _ to: Int) {
    guard proxies[to].life != .down else { return }
    proxies[to].node.receive(message, from: SimulatedProxy.address(from), now: now)
    takeStep(to)
  }

  private mutating func send(_ datagrams: [FleetDatagram], from proxy: Int) {
    for datagram in datagrams {
      guard let to = proxies.indices.first(where: { SimulatedProxy.address($0) == datagram.to }), groups[to] == groups[proxy] else {
        continue
      }
      guard random.unit() >= scenario.loss else { continue }
      plan(
        .datagram(datagram.message, from: proxy, to: to), at: now.advanced(bySeconds: scenario.delay.inSeconds * (0.5 + random.unit())))
    }
  }

  mutating func scrape(_ proxy: Int, _ server: Int) {
    plan(.report(proxy: proxy, start: proxies[proxy].start, server: server), at: now.advanced(by: scenario.reportInterval))
    servers[server].advance(to: now)
    let model = servers[server].model
    let report = BackendReport(
      running: servers[server].running, waiting: servers[server].waiting, kvCacheUsage: 0,
      maximumSequences: model.statesMaximum ? model.maximumSequences : nil)
    guard let index = proxies[proxy].scheduler.backendIndex(id: Simulation.name(ofServer: server)) else { return }
    proxies[proxy].scheduler.report(report, from: index, now: now)
    settle(proxy)
  }

  mutating func strike(_ fault: FleetScenario.Fault) {
    switch fault {
    case .start(let proxy): if proxies[proxy].life == .down { start(proxy) }
    case .crash(let proxy): crash(proxy)
    case .leave(let proxy):
      guard proxies[proxy].life == .up else { return }
      proxies[proxy].life = .leaving
      proxies[proxy].node.leave(now: now)
      takeStep(proxy)
    case .partition(let sides):
      for (number, side) in sides.enumerated() { for proxy in side { groups[proxy] = number } }
    case .heal: groups = groups.map { _ in 0 }
    }
  }

  private func isIdle(_ proxy: Int) -> Bool {
    !live.contains { requests[$0].proxy == proxy }
  }

  private mutating func end(_ proxy: Int) {
    send(proxies[proxy].node.farewell(), from: proxy)
    proxies[proxy].life = .down
    proxies[proxy].start += 1
  }

  private mutating func crash(_ proxy: Int) {
    guard proxies[proxy].life != .down else { return }
    proxies[proxy].life = .down
    proxies[proxy].start += 1
    for index in live.sorted() where requests[index].proxy == proxy {
      if requests[index].stage == .running {
        servers[requests[index].server].advance(to: now)
        servers[requests[index].server].drop(index)
        schedule(requests[index].server)
      }
      requests[index].stage = .ended
      live.remove(index)
      result.lost += 1
      comeBack(index, after: .zero)
    }
  }
}
