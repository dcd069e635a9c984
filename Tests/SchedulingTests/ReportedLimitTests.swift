import Scheduling
import Simulation
import Testing

/// Late binding at servers that report what runs and what waits, but not how many requests they run at most (vLLM).
@Suite struct ReportedLimitTests {
  /// A server that runs `places` requests at once, asked again and again by a proxy that always has more.
  private struct Server {
    var places: Int
    var limit = ReportedLimit()
    var now = MonotonicTime.zero
    var longestQueue = 0
    /// Reports that saw a queue.
    var queues = 0

    /// - Parameter transit: Slots in use whose request is on its way there, or whose answer is on its way back.
    mutating func report(times: Int, inUse: Int? = nil, transit: Int = 0) {
      for _ in 0..<times {
        let inUse = inUse ?? limit.limit ?? 4
        let present = max(0, inUse - transit)
        longestQueue = max(longestQueue, present - places)
        if present > places { queues += 1 }
        now = now.advanced(by: .milliseconds(50))
        limit.update(
          BackendReport(running: min(present, places), waiting: max(0, present - places)), inUse: inUse, settings: .init(), now: now)
      }
    }

  }

  @Test(arguments: [1, 8, 13, 64, 256]) func `a lasting queue reveals what the server runs at once`(places: Int) throws {
    var server = Server(places: places)
    server.report(times: 60)
    #expect(server.limit.limit.map { abs($0 - places) <= 1 } == true, "\(server.limit)")
    #expect(server.longestQueue <= places / 2 + 3, "\(server.longestQueue)")
  }

  @Test func `probes become rare, and add one request`() {
    var server = Server(places: 8)
    server.report(times: 500)
    (server.queues, server.longestQueue) = (0, 0)
    server.report(times: 1000)
    #expect(server.queues > 0 && server.queues < 50, "\(server.queues)")
    #expect(server.longestQueue == 1)
  }

  @Test func `a server that has grown is used again`() {
    var server = Server(places: 8)
    server.report(times: 100)
    server.places = 64
    server.report(times: 120)
    #expect(server.limit.limit.map { abs($0 - 64) <= 8 } == true, "\(server.limit)")
  }

  @Test func `a server that has shrunk is followed at once`() {
    var server = Server(places: 64)
    server.report(times: 100)
    server.places = 10
    server.report(times: 3)
    #expect(server.limit.limit == 10, "\(server.limit)")
  }

  @Test func `requests in transit do not keep the server's places empty`() {
    var server = Server(places: 8)
    server.report(times: 200, transit: 3)
    #expect(server.limit.limit.map { $0 == 11 || $0 == 12 } == true, "\(server.limit)")
  }

  @Test func `handovers that do not arrive at the server are no reason for more`() {
    var limit = ReportedLimit()
    for _ in 0..<50 { limit.update(BackendReport(running: 4, waiting: 0), inUse: limit.limit ?? 4, settings: .init(), now: .zero) }
    #expect(limit.limit == 6, "\(limit)")
  }

  @Test func `a cache that was in the way is forgotten when it has room`() {
    var limit = ReportedLimit()
    func report(_ cache: Double, times: Int) {
      for _ in 0..<times {
        let inUse = limit.limit ?? 4
        limit.update(BackendReport(running: inUse, waiting: 0, kvCacheUsage: cache), inUse: inUse, settings: .init(), now: .zero)
      }
    }
    report(0.94, times: 50)
    #expect(limit.limit == 4, "\(limit)")
    report(0.1, times: 10)
    #expect(limit.limit.map { $0 > 30 } == true, "\(limit)")
  }

  @Test func `an old report of a queue that has drained does not take away what runs`() {
    var server = Server(places: 8)
    server.report(times: 100)
    server.limit.update(BackendReport(running: 8, waiting: 0), inUse: 8, settings: .init(), now: server.now)
    server.limit.update(BackendReport(running: 8, waiting: 2), inUse: 10, settings: .init(), now: server.now)
    server.limit.update(BackendReport(running: 8, waiting: 2), inUse: 8, settings: .init(), now: server.now)
    #expect(server.limit.limit == 8)
  }

  @Test func `a queue seen once stops handing over, and is no lesson`() {
    var server = Server(places: 8)
    server.report(times: 100)
    server.limit.update(BackendReport(running: 8, waiting: 0), inUse: 8, settings: .init(), now: server.now)
    server.limit.update(BackendReport(running: 1, waiting: 3), inUse: 4, settings: .init(), now: server.now)
    #expect(server.limit.limit == 4)
    server.limit.update(BackendReport(running: 4, waiting: 0), inUse: 4, settings: .init(), now: server.now)
    #expect(server.limit.limit.map { $0 >= 8 } == true)
  }

  @Test func `a server full of others' requests leaves a foot in the door`() {
    var limit = ReportedLimit()
    for _ in 0..<5 { limit.update(BackendReport(running: 8, waiting: 5), inUse: 0, settings: .init(), now: .zero) }
    #expect(limit.limit == 1)
  }

  /// Compared with a request alone in a full batch: what the batch itself costs is not the queue's fault.
  @Test(arguments: [0.0, 0.05, 0.25], [Duration.milliseconds(100), .seconds(60)])
  func `at twice the load enterprise finds a server as good as empty, and the server is never idle`(lag: Double, service: Duration) {
    for seed in UInt64(1)...3 {
      func run(load: Double, slowdown: Double) -> SimulationReport {
        var scenario = SimulationTests.mixed(load: load / (1 + slowdown * 15), servers: 2, service: service, seed: seed)
        for server in scenario.servers.indices {
          scenario.servers[server].slowdown = slowdown
          scenario.servers[server].statesMaximum = false
        }
        scenario.duration = service * 150
        scenario.warmUp = service * 20
        scenario.reportInterval = service / 2
        scenario.reportLag = service * lag
        return Simulation.run(scenario)
      }
      let alone = run(load: 0.1, slowdown: 0)
      let crowded = run(load: 2, slowdown: 0.04)
      SimulationTests.expectNoViolations(crowded, "seed \(seed)")
      let fullBatch = (alone.tier("enterprise")?.latencies.percentile(99) ?? 0) * (1 + 0.04 * 15)
      let ratio = (crowded.tier("enterprise")?.latencies.percentile(99) ?? .infinity) / fullBatch
      #expect(ratio <= 1.2, "seed \(seed), lag \(lag): \(ratio)")
      #expect(crowded.queuedAtServers < 0.02, "seed \(seed), lag \(lag): \(crowded.queuedAtServers)")
      #expect(crowded.utilisation >= 0.95, "seed \(seed), lag \(lag): \(crowded.utilisation)")
    }
  }
}
