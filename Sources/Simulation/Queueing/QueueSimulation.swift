import Scheduling

/// Discrete-event simulation of replicas behind one queue, without the scheduler's tiers and limits: fast enough to be run hundreds of
/// times, as Monte Carlo must. ``Simulation`` is the one with the production scheduler; tests compare the two.
///
/// ```
///   arrival ──▶ queue ──least busy replica with room──▶ batch ──first token──▶ ──last token──▶ report
/// ```
package struct QueueSimulation {
  private struct Due: Sendable {
    var time: Double
    var server: Int
    var version: UInt64
  }

  private let scenario: QueueScenario
  private var servers: [BatchServer]
  private var due = BinaryHeap<Due> { ($0.time, $0.server) < ($1.time, $1.server) }
  private var arrivals: ArrivalGenerator
  private var random: SplitMix64
  /// Every request; those of the initial batches first.
  private var requests: [QueueReport.Request] = []
  private var sizes: [BatchLaw.Size] = []
  private var queue = 0
  private var now = 0.0

  /// Runs to the end: all that came has been served.
  package static func run(_ scenario: QueueScenario) -> QueueReport {
    var simulation = QueueSimulation(scenario)
    simulation.fill()
    simulation.serve()
    return simulation.report()
  }

  private init(_ scenario: QueueScenario) {
    self.scenario = scenario
    servers = scenario.replicas.map { _ in BatchServer(scenario.law) }
    arrivals = ArrivalGenerator(scenario.arrivals)
    random = SplitMix64(seed: scenario.seed)
  }

  private mutating func fill() {
    for index in servers.indices where scenario.replicas[index] <= 0 {
      for _ in 0..<min(scenario.initialBatch, scenario.law.maximumBatch) {
        requests.append(.init(arrived: 0, outputTokens: scenario.size.output))
        sizes.append(scenario.size)
        servers[index].join(requests.count - 1, scenario.size, work: 1, done: random.unit(), now: 0)
      }
      schedule(index)
    }
    queue = requests.count
  }

  private mutating func serve() {
    let most = requests.count + scenario.warmUp + scenario.requests
    var arrival = arrivals.next(after: 0, &random)
    var openings = scenario.replicas.enumerated().filter { $0.element > 0 }.map { $0.element }.sorted(by: >)
    while true {
      let next = requests.count < most && (arrival?.time ?? .infinity) <= scenario.until ? arrival?.time : nil
      let progress = due.first?.time
      let opening = queue < requests.count || next != nil ? openings.last : nil
      guard let time = [next, progress, opening].compactMap({ $0 }).min() else { return }
      now = time
      if time == opening {
        openings.removeLast()
      } else if time == next, let size = arrival?.size ?? scenario.size as BatchLaw.Size? {
        requests.append(.init(arrived: now, outputTokens: size.output))
        sizes.append(size)
        arrival = arrivals.next(after: now, &random)
      } else if let entry = due.pop(), servers[entry.server].version == entry.version {
        advance(entry.server)
      }
      dispatch()
    }
  }

  private mutating func advance(_ server: Int) {
    servers[server].advance(to: now)
    switch servers[server].progress() {
    case .firstToken(let request): requests[request].ttft = now - requests[request].arrived
    case .done(let request): requests[request].e2e = now - requests[request].arrived
    case nil: break
    }
    schedule(server)
  }

  /// The first of the queue to the replica with the smallest batch, while there is room.
  private mutating func dispatch() {
    while queue < requests.count, let server = leastBusy() {
      let work = scenario.work == .exponential ? ArrivalGenerator.exponential(&random) : 1
      requests[queue].wait = now - requests[queue].arrived
      servers[server].join(queue, sizes[queue], work: work, now: now)
      queue += 1
      schedule(server)
    }
  }

  private func leastBusy() -> Int? {
    var best: Int?
    for index in servers.indices where servers[index].hasRoom && scenario.replicas[index] <= now {
      if let other = best, servers[other].batch.count <= servers[index].batch.count { continue }
      best = index
    }
    return best
  }

  private mutating func schedule(_ server: Int) {
    if let time = servers[server].nextProgress { due.insert(Due(time: time, server: server, version: servers[server].version)) }
  }

  private func report() -> QueueReport {
    let area = servers.reduce(0) { $0 + $1.area }
    return QueueReport(
      requests: Array(requests.dropFirst(min(requests.count, initial + scenario.warmUp))),
      meanBatch: now > 0 ? area / now / Double(max(1, servers.count)) : 0, end: now)
  }

  private var initial: Int {
    scenario.replicas.count { $0 <= 0 } * min(scenario.initialBatch, scenario.law.maximumBatch)
  }
}
