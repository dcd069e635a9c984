import Scheduling
import Simulation
import Testing

/// I1 to I8 over many seeds; a failure prints its seed.
@Suite struct PropertyTests {
  typealias Runs = SimulationTests

  @Test(arguments: [Duration.milliseconds(100), .seconds(60)])
  func `failing, slow, vanishing, returning and removed backends break no promise`(service: Duration) {
    for seed in UInt64(1)...6 {
      var random = SplitMix64(seed: seed)
      var scenario = Runs.mixed(load: 0.6 + random.unit(), service: service, reports: seed % 2 == 0, seed: seed)
      let kinds: [Fault.Kind] = [.errors(rate: 0.3), .slow(factor: 4), .vanish, .removed]
      for (index, kind) in kinds.enumerated() {
        let at = service * (3 + 8 * Double(index) + 2 * random.unit())
        scenario.faults.append(Fault(at: at, server: index, kind: kind))
        scenario.faults.append(Fault(at: at + service * 5, server: index, kind: kind == .removed ? .added : .recover))
      }
      for index in scenario.traffic.indices where seed % 3 == 0 { scenario.traffic[index].clientPatience = service * 3 }
      let report = Simulation.run(scenario)
      Runs.expectNoViolations(report, "seed \(seed)")
      #expect(report.tiers.allSatisfy { $0.served > 0 }, "seed \(seed)")
    }
  }

  @Test func `a killed backend costs no enterprise request`() {
    for seed in UInt64(1)...4 {
      var scenario = Runs.mixed(load: 0.7, service: .milliseconds(500), seed: seed)
      scenario.faults = [
        Fault(at: .seconds(8), server: 1, kind: .vanish), Fault(at: .seconds(14), server: 1, kind: .recover),
      ]
      // Lost before the first byte or after: an answer that has begun cannot be repeated.
      for index in scenario.servers.indices {
        scenario.servers[index].firstToken = .milliseconds(500); scenario.servers[index].perToken = .zero
      }
      let report = Simulation.run(scenario)
      Runs.expectNoViolations(report, "seed \(seed)")
      #expect(report.tier("enterprise")?.failed == 0 && report.tier("enterprise")?.refused == 0, "seed \(seed)")
    }
  }

  @Test(arguments: [Duration.milliseconds(100), .seconds(60)])
  func `bursts are absorbed or refused, never lost`(service: Duration) {
    for seed in UInt64(1)...3 {
      var scenario = Runs.mixed(load: 0.3, service: service, seed: seed)
      scenario.traffic.append(Traffic(tier: "free", arrivals: .bursts(size: 300, every: service * 9)))
      scenario.traffic.append(Traffic(tier: "enterprise", arrivals: .bursts(size: 40, every: service * 13)))
      Runs.expectNoViolations(Simulation.run(scenario), "seed \(seed)")
    }
  }

  @Test(arguments: [SchedulingPolicy.Algorithm.workConservingPriority, .weightedFair])
  func `I3: with every tier always waiting the shares converge to the weights within 2 %`(algorithm: SchedulingPolicy.Algorithm) {
    for seed in UInt64(1)...3 {
      var scenario = Runs.mixed(load: 1, servers: 2, service: .seconds(2), seed: seed)
      scenario.policy.algorithm = algorithm
      scenario.settings.refusalWait = 1e9
      scenario.settings.longestWait = 1e9
      scenario.duration = .seconds(200)
      for (index, clients) in [120, 80, 80].enumerated() {
        scenario.traffic[index].arrivals = .closedLoop(clients: clients, think: .zero)
        scenario.traffic[index].outputTokens = [50, 100, 200][index]
      }
      let report = Simulation.run(scenario)
      for (tier, weight) in [("enterprise", 0.7), ("premium", 0.2), ("free", 0.1)] {
        #expect(abs(report.share(tier) - weight) < 0.02, "seed \(seed): \(tier) got \(report.share(tier))")
      }
      #expect(report.utilisation > 0.99, "seed \(seed)")
    }
  }

  @Test func `enterprise does not feel twice the load`() {
    for seed in UInt64(1)...3 {
      let alone = Simulation.run(Runs.mixed(load: 0.2, service: .seconds(1), seed: seed))
      let crowded = Simulation.run(Runs.mixed(load: 2, service: .seconds(1), seed: seed))
      let ratio = (crowded.tier("enterprise")?.latencies.percentile(99) ?? 0) / (alone.tier("enterprise")?.latencies.percentile(99) ?? 1)
      #expect(ratio <= 1.2, "seed \(seed): \(ratio)")
      #expect(crowded.utilisation >= 0.95, "seed \(seed)")
    }
  }

  @Test func `enterprise leaves a backend that has become slow, for as long as it is`() {
    for seed in UInt64(1)...2 {
      func run(_ faults: [Fault]) -> SimulationReport {
        var scenario = Runs.mixed(load: 0.7, service: .milliseconds(100), seed: seed)
        scenario.duration = .seconds(12)
        scenario.warmUp = .seconds(3)
        scenario.faults = faults
        return Simulation.run(scenario)
      }
      let well = run([])
      let sick = run([Fault(at: .seconds(2), server: 0, kind: .slow(factor: 4))])
      Runs.expectNoViolations(sick, "seed \(seed)")
      let ratio = (sick.tier("enterprise")?.latencies.percentile(98) ?? 0) / (well.tier("enterprise")?.latencies.percentile(98) ?? 1)
      #expect(ratio < 1.3, "seed \(seed): \(ratio)")
    }
  }

  @Test func `I6: two backlogged tenants are served the same tokens, but for a bounded gap`() throws {
    for seed in UInt64(1)...5 {
      var random = SplitMix64(seed: seed)
      var settings = SchedulerSettings()
      (settings.refusalWait, settings.longestWait) = (1e9, 1e9)
      var pool = Pool(settings: settings, slots: 4)
      var served = [0, 0]
      var tenantOfTag: [UInt64: (tenant: Int, cost: Int)] = [:]
      func submit(_ tenant: Int, _ pool: inout Pool) {
        let output = 1 + Int(random.next() % (tenant == 0 ? 400 : 40))
        pool.submit("free", tenant: UInt64(tenant), prompt: 10, output: output)
        tenantOfTag[pool.nextTag] = (tenant, Work.tokens(prompt: 10, output: output))
      }
      for tenant in 0..<2 { for _ in 0..<10 { submit(tenant, &pool) } }
      var running = pool.drain()
      let largest = 4 * Work.tokens(prompt: 10, output: 400)
      for _ in 0..<2000 {
        let ended = running.removeFirst()
        let (tenant, cost) = try #require(tenantOfTag[ended.tag])
        served[tenant] += cost
        pool.wait(.milliseconds(10))
        pool.finish(ended.ticket)
        submit(tenant, &pool)
        let dispatch = try pool.dispatch()
        if let next = tenantOfTag[dispatch.tag]?.tenant, next != tenant { submit(next, &pool) }
        running.append(dispatch)
        #expect(abs(served[0] - served[1]) <= 2 * largest, "seed \(seed)")
      }
    }
  }

  @Test func `I7: the same events give the same decisions, another seed gives others`() {
    func digest(_ seed: UInt64) -> UInt64 { Simulation.run(Runs.mixed(load: 1.5, service: .seconds(1), seed: seed)).digest }
    #expect(digest(1) == digest(1))
    #expect(digest(1) != digest(2))
  }

  @Test func `I8: a decision takes O(log n) comparisons`() throws {
    func comparisonsPerDecision(_ waiting: Int) throws -> Double {
      var settings = SchedulerSettings()
      (settings.maximumWaiting, settings.maximumWaitingUnmeasured) = (waiting, waiting)
      var pool = Pool(settings: settings, slots: 1)
      for index in 0..<waiting { pool.submit("free", tenant: UInt64(index % (waiting / 10)), prompt: 1 + index % 97) }
      let before = pool.scheduler.comparisons
      for _ in 0..<500 {
        let dispatch = try pool.dispatch()
        pool.scheduler.cancel(dispatch.ticket, now: pool.now)
      }
      return Double(pool.scheduler.comparisons - before) / 500
    }
    let few = try comparisonsPerDecision(1000)
    let most = try comparisonsPerDecision(1_000_000)
    #expect(most < 4 * few && most < 150, "\(few) and \(most) comparisons")
  }
}
