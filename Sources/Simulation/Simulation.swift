import Scheduling

/// The production scheduler on virtual time: a discrete-event simulation that checks the scheduler's promises after each step.
///
/// ```
///   events by time ──pop──▶ handle: arrival, progress of a batch, report, fault, client leaves
///        ▲                     │
///        │                     ▼
///        │                  settle: next until nil, nextEviction until nil, check the invariants
///        └───── new events ────┘
/// ```
/// Deterministic: the seed decides all.
package struct Simulation {
  /// Of all servers since the start, in seconds × requests.
  struct Load {
    var busy = 0.0
    var queued = 0.0
  }

  let scenario: Scenario
  var scheduler: Scheduler
  var servers: [SimulatedServer]
  var events = EventQueue()
  var requests: [SimulatedRequest] = []
  var now = MonotonicTime.zero
  var random: SplitMix64
  var check: InvariantCheck
  var tiers: [TierReport]
  /// Slots in use by tier.
  var running: [Int]
  var series: TimeSeries
  var responses = Distribution()
  var longestWait = 0.0
  var deepestQueue = 0.0
  var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  package private(set) var steps = 0
  var loadAtStart: Load?
  var loadAtEnd: Load?
  let end: MonotonicTime
  let countFrom: MonotonicTime

  package init(_ scenario: Scenario) {
    self.scenario = scenario
    servers = scenario.servers.map(SimulatedServer.init)
    random = SplitMix64(seed: scenario.seed)
    let backends = scenario.servers.indices.map(Self.backend)
    scheduler = Scheduler(
      policy: scenario.policy, backends: backends, settings: scenario.settings, seed: scenario.seed, now: .zero)
    check = InvariantCheck(policy: scenario.policy, servers: scenario.servers.count)
    tiers = scenario.policy.tiers.map { TierReport(name: $0.name) }
    running = Array(repeating: 0, count: scenario.policy.tiers.count)
    series = TimeSeries(tiers: scenario.policy.tiers.count, duration: scenario.duration.inSeconds)
    end = MonotonicTime.zero.advanced(by: scenario.duration)
    countFrom = MonotonicTime.zero.advanced(by: scenario.warmUp)
    findBackends()
    plan()
  }

  /// Runs to the end and reports.
  package static func run(_ scenario: Scenario) -> SimulationReport {
    var simulation = Simulation(scenario)
    while simulation.step() {}
    return simulation.report()
  }

  /// Virtual time ÷ the time until which requests arrive: above 1 while the last ones are served.
  package var progress: Double {
    let whole = end.seconds(since: .zero)
    return whole > 0 ? now.seconds(since: .zero) / whole : 1
  }

  /// Handles the next event; `false` when nothing is left to happen.
  package mutating func step() -> Bool {
    let wakeup = scheduler.nextWakeup(now: now)
    guard let time = [events.nextTime, wakeup].compactMap({ $0 }).min() else { return false }
    noteLoad(before: time)
    series.advance(to: time.seconds(since: .zero), waiting: check.waiting, inUse: running)
    now = time
    steps += 1
    if events.nextTime == time, let entry = events.pop() { handle(entry.event) }
    settle()
    return true
  }

  /// Which backend is which server; it changes only with an update.
  mutating func findBackends() { check.backends = servers.indices.map { scheduler.backendIndex(id: Self.name(ofServer: $0)) } }

  static func name(ofServer index: Int) -> String { "server-\(index)" }
  static func backend(_ index: Int) -> Backend { Backend(id: name(ofServer: index), host: "192.0.2.\(index % 250)", port: 8000) }

  private mutating func plan() {
    for index in scenario.traffic.indices { planTraffic(index) }
    for (index, server) in scenario.servers.enumerated() where server.reports { events.add(.report(server: index), at: .zero) }
    for (index, fault) in scenario.faults.enumerated() { events.add(.fault(index), at: MonotonicTime.zero.advanced(by: fault.at)) }
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .arrival(let traffic, let row): arrive(traffic, row)
    case .progress(let server, let version): if servers[server].version == version { progress(server) }
    case .connectionRefused(let request, let attempt): if isRunning(request, attempt) { fail(request, .connect) }
    case .clientLeaves(let request): leave(request)
    case .report(let server): report(server)
    case .reported(let server, let report): reported(server, report)
    case .fault(let index): strike(scenario.faults[index])
    }
  }

  private mutating func settle() {
    while true {
      check.beforeNext(scheduler, now)
      guard let dispatch = scheduler.next(now: now) else { break }
      start(dispatch)
    }
    while let eviction = scheduler.nextEviction() { evicted(eviction) }
    check.checkWorkConserving(scheduler, now)
  }

  private mutating func noteLoad(before time: MonotonicTime) {
    if loadAtStart == nil, time >= countFrom { loadAtStart = load(at: countFrom) }
    if loadAtEnd == nil, time >= end { loadAtEnd = load(at: end) }
  }

  private mutating func load(at time: MonotonicTime) -> Load {
    var sum = Load()
    for index in servers.indices {
      servers[index].advance(to: time)
      sum.busy += servers[index].busy
      sum.queued += servers[index].queued
    }
    return sum
  }

  /// What the run has shown; ask when `step` says `false`.
  package mutating func report() -> SimulationReport {
    let statistics = scheduler.statistics(now: now)
    if statistics.waiting != 0 || statistics.inUse != 0 || requests.contains(where: { $0.stage != .ended }) {
      check.broken(.ledger, now, "at the end \(statistics.waiting) wait and \(statistics.inUse) slots are in use")
    }
    let meanResponse = responses.mean
    if responses.count > 0, longestWait > 10 * meanResponse {
      check.broken(.patience, now, "a ticket waited \(longestWait) s, the mean response is \(meanResponse) s")
    }
    for index in tiers.indices {
      tiers[index].waits.sort()
      tiers[index].latencies.sort()
      tiers[index].firstTokens.sort()
    }
    let places = Double(scenario.servers.reduce(0) { $0 + $1.maximumSequences }) * end.seconds(since: countFrom)
    let (before, after) = (loadAtStart ?? Load(), loadAtEnd ?? Load())
    func part(_ seconds: Double) -> Double { places > 0 ? seconds / places : 0 }
    return SimulationReport(
      tiers: tiers, utilisation: part(after.busy - before.busy), queuedAtServers: part(after.queued - before.queued),
      deepestQueueAtServer: deepestQueue, meanResponse: meanResponse, longestWait: longestWait,
      violations: check.violations, digest: digest, steps: steps, series: series)
  }
}
