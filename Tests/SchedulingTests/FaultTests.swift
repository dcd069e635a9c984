import Scheduling
import Simulation
import Testing

/// What clients see, and what stays true, while backends fail, slow down, recover, flap and vanish.
@Suite struct FaultTests {
  static let service = Duration.milliseconds(500)

  /// Four servers with 16 places each.
  static func scenario(_ limits: Overload.Limits, load: Double, seed: UInt64, faults: [Fault]) -> Scenario {
    var scenario = SimulationTests.mixed(load: load, service: service, reports: limits == .reported, seed: seed)
    for server in scenario.servers.indices { scenario.servers[server].statesMaximum = false }
    scenario.duration = service * 60
    scenario.warmUp = service * 15
    scenario.faults = faults
    return scenario
  }

  private static func at(_ services: Double, _ server: Int, _ kind: Fault.Kind) -> Fault {
    Fault(at: service * services, server: server, kind: kind)
  }

  @Test(arguments: Overload.Limits.allCases)
  func `one of four killed and back: no enterprise request fails that another attempt could have saved`(limits: Overload.Limits) {
    for (seed, load) in [(UInt64(1), 0.7), (2, 0.7), (3, 1.3), (4, 2)] {
      let report = Simulation.run(
        Self.scenario(limits, load: load, seed: seed, faults: [Self.at(20, 1, .vanish), Self.at(35, 1, .recover)]))
      let enterprise = report.tiers[0]
      print(
        "fault, killed, \(limits), load \(load), seed \(seed): enterprise served \(enterprise.served), lost \(enterprise.failedUnanswered), "
          + "cut off \(enterprise.failed - enterprise.failedUnanswered), refused \(enterprise.refused + enterprise.evicted); "
          + "p99 \(report.latency("enterprise", 99).short) s")
      SimulationTests.expectNoViolations(report, "\(limits), seed \(seed)")
      #expect(enterprise.failedUnanswered == 0 && enterprise.refused + enterprise.evicted == 0, "\(limits), seed \(seed)")
      #expect(enterprise.served + enterprise.failed == enterprise.arrived, "\(limits), seed \(seed)")
    }
  }

  @Test(arguments: Overload.Limits.allCases, [4.0, 10])
  func `enterprise leaves a server that has become slow`(limits: Overload.Limits, factor: Double) {
    for seed in UInt64(1)...3 {
      let slow = Simulation.run(Self.scenario(limits, load: 0.7, seed: seed, faults: [Self.at(17, 0, .slow(factor: factor))]))
      let well = Simulation.run(Self.scenario(limits, load: 0.7, seed: seed, faults: []))
      let (p95, p99) = (
        slow.latency("enterprise", 95) / well.latency("enterprise", 95), slow.latency("enterprise", 99) / well.latency("enterprise", 99)
      )
      print("fault, slow × \(factor), \(limits), seed \(seed): enterprise p95 × \(p95.short), p99 × \(p99.short)")
      SimulationTests.expectNoViolations(slow, "\(limits), seed \(seed)")
      #expect(p95 <= 1.2, "\(limits), seed \(seed)")
      #expect(slow.tiers[0].failed + slow.tiers[0].refused + slow.tiers[0].evicted == 0, "\(limits), seed \(seed)")
    }
  }

  @Test(arguments: Overload.Limits.allCases)
  func `a server that flaps costs nobody its turn`(limits: Overload.Limits) {
    for seed in UInt64(1)...3 {
      let faults = stride(from: 16.0, to: 50, by: 4).flatMap { [Self.at($0, 2, .vanish), Self.at($0 + 2, 2, .recover)] }
      let report = Simulation.run(Self.scenario(limits, load: 0.7, seed: seed, faults: faults))
      let enterprise = report.tiers[0]
      print(
        "fault, flapping, \(limits), seed \(seed): enterprise served \(enterprise.served) of \(enterprise.arrived), "
          + "lost \(enterprise.failedUnanswered); free served \(report.tiers[2].served) of \(report.tiers[2].arrived)")
      SimulationTests.expectNoViolations(report, "\(limits), seed \(seed)")
      #expect(enterprise.failedUnanswered == 0, "\(limits), seed \(seed)")
      #expect(report.tiers[2].served * 10 > report.tiers[2].arrived * 7, "\(limits), seed \(seed)")
    }
  }

  @Test(arguments: Overload.Limits.allCases, [Fault.Kind.vanish, .removed])
  func `all servers gone and back: refused at once meanwhile, served again after`(limits: Overload.Limits, kind: Fault.Kind) {
    for seed in UInt64(1)...3 {
      let (gone, back) = ((0..<4).map { Self.at(20, $0, kind) }, (0..<4).map { Self.at(26, $0, kind == .removed ? .added : .recover) })
      var scenario = Self.scenario(limits, load: 0.7, seed: seed, faults: gone + back)
      let whole = Simulation.run(scenario)
      scenario.warmUp = Self.service * 40
      let after = Simulation.run(scenario)
      print(
        "fault, all \(kind), \(limits), seed \(seed): enterprise served \(whole.tiers[0].served) of \(whole.tiers[0].arrived), "
          + "afterwards \(after.tiers[0].served) of \(after.tiers[0].arrived), utilisation \(after.utilisation.short)")
      SimulationTests.expectNoViolations(whole, "\(limits), seed \(seed)")
      #expect(after.tiers[0].served == after.tiers[0].arrived, "\(limits), seed \(seed)")
      #expect(after.utilisation > 0.6, "\(limits), seed \(seed)")
    }
  }

  @Test func `without a backend those who wait and those who come are told so, for the fallback to take them`() throws {
    var pool = Pool(backends: 1, slots: 1)
    pool.warmUp(.milliseconds(100))
    let running = try pool.ticket("enterprise")
    _ = pool.drain()
    let waiting = try pool.ticket("enterprise")
    pool.scheduler.update(policy: .standard, backends: [], now: pool.now)
    #expect(pool.next() == nil)
    let eviction = try #require(pool.evictions().first)
    #expect(eviction.ticket == waiting && eviction.refusal.reason == .noBackend && eviction.refusal.retryAfter > .zero)
    #expect(pool.submit("free").refusal?.reason == .noBackend)
    // A failed attempt has nowhere to go either.
    #expect(pool.scheduler.retry(running, .failure(.connect), now: pool.now).refusal?.reason == .noBackend)
    #expect(pool.scheduler.statistics(now: pool.now).inUse == 0)
  }
}
