import Fleet
import Scheduling

/// One proxy on virtual time: the production scheduler and the production fleet node.
struct SimulatedProxy: Sendable {
  enum Life: Sendable { case down, up, leaving }

  let index: Int
  var life = Life.down
  /// Counts starts: what was planned for an earlier one is void.
  var start = 0
  var scheduler: Scheduler
  var node: FleetNode
  var report: FleetReport.Proxy
  /// Parts in force, by server.
  var parts: [Int?]

  static func address(_ index: Int) -> FleetAddress { FleetAddress(host: "198.51.100.\(index + 1)", port: 7946) }
  static let pool = FleetName.hash("pool")

  init(_ index: Int, _ scenario: FleetScenario) {
    self.index = index
    report = FleetReport.Proxy(tiers: scenario.policy.tiers.map { TierReport(name: $0.name) })
    parts = Array(repeating: nil, count: scenario.servers.count)
    scheduler = Self.scheduler(index, scenario, seed: 0, now: .zero)
    node = FleetNode(id: 1, settings: scenario.fleet, now: .zero)
  }

  private static func scheduler(_ index: Int, _ scenario: FleetScenario, seed: UInt64, now: MonotonicTime) -> Scheduler {
    Scheduler(
      policy: scenario.policy, backends: scenario.servers.indices.map(Simulation.backend), settings: scenario.settings, seed: seed, now: now
    )
  }

  mutating func begin(_ scenario: FleetScenario, id: UInt64, now: MonotonicTime) {
    start += 1
    life = .up
    scheduler = Self.scheduler(index, scenario, seed: id, now: now)
    node = FleetNode(id: id, settings: scenario.fleet, now: now)
    node.configure(peers: scenario.traffic.indices.map(Self.address), now: now)
    parts = Array(repeating: nil, count: parts.count)
  }

  /// Takes a step of the fleet; returns what to send.
  mutating func step(_ rules: PoolRules, now: MonotonicTime) -> [FleetDatagram] {
    observe(rules, now)
    for change in node.step(now: now) { apply(change, now) }
    observe(rules, now)
    report.events += node.takeEvents()
    let datagrams = node.datagrams(now: now)
    report.counters = node.counters
    return datagrams
  }

  mutating func observe(_ rules: PoolRules, _ now: MonotonicTime) {
    node.observe(PoolState(Self.pool, scheduler.demand(now: now)), rules: rules, now: now)
  }

  private mutating func apply(_ change: PoolParts, _ now: MonotonicTime) {
    scheduler.setProspect(change.prospect)
    scheduler.setTotal(change.total)
    for server in parts.indices {
      guard let index = scheduler.backendIndex(id: Simulation.name(ofServer: server)) else { continue }
      let part = change.backends.flatMap { $0[FleetName.hash(Simulation.name(ofServer: server))] }
      parts[server] = part?.slots
      scheduler.setPart(
        part.map { BackendPart(slots: $0.slots, elsewhere: $0.elsewhere, followed: $0.followed) }, ofBackend: index, now: now)
    }
  }

  /// Slots of a server that this proxy may fill now.
  func slots(_ server: Int, _ now: MonotonicTime) -> Int {
    guard life != .down, let index = scheduler.backendIndex(id: Simulation.name(ofServer: server)) else { return 0 }
    return scheduler.limit(ofBackend: index, now: now)
  }
}
