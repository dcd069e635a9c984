import Fleet
import Scheduling

/// Several production schedulers and fleet nodes in front of shared simulated servers, over a network that delays, loses and splits.
/// Deterministic: the seed decides all.
package struct FleetSimulation: Sendable {
  enum Happening: Sendable {
    case arrival(proxy: Int, traffic: Int)
    case progress(server: Int, version: UInt64)
    case report(proxy: Int, start: Int, server: Int)
    case step(proxy: Int, start: Int)
    case datagram(FleetMessage, from: Int, to: Int)
    case fault(Int)
  }

  struct Entry: Sendable {
    var time: MonotonicTime
    var sequence: UInt64
    var happening: Happening
  }

  struct Request: Sendable {
    var proxy: Int
    /// The proxy that its client belongs to, and the traffic there.
    var home: Int
    var traffic: Int
    var tier: Int
    var outputTokens: Int
    var arrived: MonotonicTime
    var ticket: Ticket?
    var stage = SimulatedRequest.Stage.waiting
    var server = -1
    var wait = 0.0
    var counts: Bool
  }

  let scenario: FleetScenario
  let rules: PoolRules
  package internal(set) var now = MonotonicTime.zero
  var heap = BinaryHeap<Entry> { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
  var planned: UInt64 = 0
  var servers: [SimulatedServer]
  var proxies: [SimulatedProxy]
  var requests: [Request] = []
  var live: Set<Int> = []
  var groups: [Int]
  var random: SplitMix64
  var result: FleetReport
  var loadAtStart: (busy: Double, queued: Double)?
  var loadAtEnd: (busy: Double, queued: Double)?
  var overCommittedSince: MonotonicTime?
  var overCommittedSeconds = 0.0
  let end: MonotonicTime
  let countFrom: MonotonicTime

  package init(_ scenario: FleetScenario) {
    self.scenario = scenario
    rules = PoolRules(scenario.policy)
    servers = scenario.servers.map(SimulatedServer.init)
    proxies = scenario.traffic.indices.map { SimulatedProxy($0, scenario) }
    groups = scenario.traffic.map { _ in 0 }
    random = SplitMix64(seed: scenario.seed)
    end = MonotonicTime.zero.advanced(by: scenario.duration)
    countFrom = MonotonicTime.zero.advanced(by: scenario.warmUp)
    result = FleetReport(
      proxies: [], utilisation: 0, queuedAtServers: 0, longestServerQueue: 0, overCommitted: 0, lost: 0, unaccounted: 0, longestWait: 0,
      digest: 0xcbf2_9ce4_8422_2325)
    for proxy in proxies.indices where !scenario.absent.contains(proxy) { start(proxy) }
    for (index, fault) in scenario.faults.enumerated() { plan(.fault(index), at: MonotonicTime.zero.advanced(by: fault.at)) }
    for proxy in scenario.traffic.indices { for traffic in scenario.traffic[proxy].indices { planTraffic(proxy, traffic) } }
  }

  package static func run(_ scenario: FleetScenario) -> FleetReport {
    var simulation = FleetSimulation(scenario)
    while simulation.step() {}
    return simulation.report()
  }

  /// Handles the next event; `false` when all requests that arrived are over.
  package mutating func step() -> Bool {
    guard let entry = heap.pop(), entry.time <= end || !live.isEmpty else { return false }
    if loadAtStart == nil, entry.time >= countFrom { loadAtStart = load(at: countFrom) }
    if loadAtEnd == nil, entry.time >= end { loadAtEnd = load(at: end) }
    now = entry.time
    handle(entry.happening)
    watch()
    return true
  }

  /// Slots that each proxy may fill at each server: what a test looks at.
  package var parts: [[Int]] { proxies.map { proxy in servers.indices.map { proxy.slots($0, now) } } }

  mutating func plan(_ happening: Happening, at time: MonotonicTime) {
    planned += 1
    heap.insert(Entry(time: time, sequence: planned, happening: happening))
  }

  private mutating func handle(_ happening: Happening) {
    switch happening {
    case .arrival(let proxy, let traffic): arrive(proxy, traffic)
    case .progress(let server, let version): if servers[server].version == version { progress(server) }
    case .report(let proxy, let start, let server): if proxies[proxy].start == start { scrape(proxy, server) }
    case .step(let proxy, let start): if proxies[proxy].start == start { tick(proxy) }
    case .datagram(let message, let from, let to): deliver(message, from, to)
    case .fault(let index): strike(scenario.faults[index].fault)
    }
  }

  private mutating func watch() {
    guard now >= countFrom else { return }
    var isOver = false
    for server in servers.indices {
      result.longestServerQueue = max(result.longestServerQueue, servers[server].waiting)
      let sum = proxies.reduce(0) { $0 + $1.slots(server, now) }
      if sum > servers[server].model.maximumSequences { isOver = true }
    }
    if let since = overCommittedSince { overCommittedSeconds += now.seconds(since: since) }
    overCommittedSince = isOver ? now : nil
  }

  private mutating func load(at time: MonotonicTime) -> (busy: Double, queued: Double) {
    var sum = (busy: 0.0, queued: 0.0)
    for index in servers.indices {
      servers[index].advance(to: time)
      sum.busy += servers[index].busy
      sum.queued += servers[index].queued
    }
    return sum
  }

  package mutating func report() -> FleetReport {
    let seconds = end.seconds(since: countFrom)
    let places = Double(scenario.servers.reduce(0) { $0 + $1.maximumSequences }) * seconds
    let (before, after) = (loadAtStart ?? (0, 0), loadAtEnd ?? (0, 0))
    result.utilisation = (after.busy - before.busy) / places
    result.queuedAtServers = (after.queued - before.queued) / places
    result.overCommitted = overCommittedSeconds / max(now.seconds(since: countFrom), 1e-9)
    result.unaccounted = requests.count { $0.stage != .ended }
    for index in proxies.indices {
      for tier in proxies[index].report.tiers.indices {
        proxies[index].report.tiers[tier].waits.sort()
        proxies[index].report.tiers[tier].latencies.sort()
      }
      if proxies[index].life != .down, proxies[index].scheduler.demand(now: now).tiers.contains(where: { $0.inUse + $0.waiting > 0 }) {
        result.unaccounted += 1
      }
    }
    result.proxies = proxies.map(\.report)
    return result
  }
}
