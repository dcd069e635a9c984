import Fleet
import Scheduling
import Simulation
import Testing

/// Production schedulers and fleet nodes, three proxies, simulated servers and network. Everything is decided by the seed.
@Suite("A fleet on virtual time")
struct FleetSimulationTests {
  static let seeds: [UInt64] = [1, 2]

  @Test("Equal proxies are served equally, and the servers are full without a queue of their own", arguments: seeds)
  func equalLoad(seed: UInt64) {
    let report = FleetSimulation.run(.saturated(clients: [40, 40, 40], seed: seed))
    let served = report.proxies.map { Double($0.served) }
    let mean = served.reduce(0, +) / 3
    #expect(served.allSatisfy { abs($0 - mean) < 0.05 * mean }, "seed \(seed): \(report.summary)")
    #expect(report.utilisation > 0.97, "seed \(seed): \(report.summary)")
    #expect(report.overCommitted < 0.005 && report.longestServerQueue <= 1, "seed \(seed): \(report.summary)")
    #expect(report.unaccounted == 0)
  }

  @Test("All demand at one proxy gets all of the capacity", arguments: seeds)
  func oneProxy(seed: UInt64) {
    let report = FleetSimulation.run(.saturated(clients: [0, 40, 0], seed: seed))
    #expect(report.utilisation > 0.97 && report.overCommitted < 0.005, "seed \(seed): \(report.summary)")
    #expect(report.proxies[1].tiers[1].refused == 0, "its queue counts on what it could get: \(report.summary)")
  }

  @Test("A proxy with little demand gets all that it asks for, the others the rest", arguments: seeds)
  func unequalLoad(seed: UInt64) {
    let report = FleetSimulation.run(.saturated(clients: [40, 40, 2], seed: seed))
    #expect(report.utilisation > 0.97, "seed \(seed): \(report.summary)")
    // Two clients without a pause use two places all the time, which is less than a third of twelve.
    let share = Double(report.proxies[2].served) / Double(report.served(1))
    #expect(share > 0.9 * 2 / 12, "seed \(seed): \(report.summary)")
  }

  @Test("A server with one or two places is shared by three proxies, and nobody starves", arguments: [1, 2], seeds)
  func smallPools(places: Int, seed: UInt64) {
    let report = FleetSimulation.run(.saturated(clients: [8, 8, 8], servers: 1, places: places, seconds: 40, seed: seed))
    let served = report.proxies.map { Double($0.served) }
    let mean = served.reduce(0, +) / 3
    #expect(served.allSatisfy { abs($0 - mean) < 0.15 * mean }, "seed \(seed): \(report.summary)")
    #expect(report.utilisation > 0.95 && report.longestServerQueue <= 1, "seed \(seed): \(report.summary)")
  }

  @Test("Enterprise at one proxy is served as if the free load at the two others were not there", arguments: seeds)
  func enterpriseFirst(seed: UInt64) {
    func run(_ free: Int) -> FleetReport {
      var scenario = FleetScenario.saturated(clients: [0, free, free], tier: "free", seconds: 30, seed: seed)
      scenario.traffic[0] = [Traffic(tier: "enterprise", arrivals: .poisson(perSecond: 12))]
      return FleetSimulation.run(scenario)
    }
    let (alone, together) = (run(0), run(40))
    let (before, after) = (alone.proxies[0].tiers[0].latencies.percentile(99), together.proxies[0].tiers[0].latencies.percentile(99))
    #expect(after < 1.3 * before, "seed \(seed): p99 \(before) s alone, \(after) s together: \(together.summary)")
    #expect(together.utilisation > 0.95, "seed \(seed): \(together.summary)")
    #expect(together.proxies[0].tiers[0].refused + together.proxies[0].tiers[0].evicted == 0)
  }

  @Test("Tiers keep their shares across proxies: enterprise at one, premium at another, free at the third", arguments: seeds)
  func sharesAcrossProxies(seed: UInt64) {
    var scenario = FleetScenario.saturated(clients: [0, 0, 0], servers: 5, places: 20, seconds: 30, seed: seed)
    for (proxy, tier) in ["enterprise", "premium", "free"].enumerated() {
      scenario.traffic[proxy] = [Traffic(tier: tier, arrivals: .closedLoop(clients: 150, think: .zero))]
    }
    let report = FleetSimulation.run(scenario)
    let served = (0..<3).map { Double(report.served($0)) }
    let all = served.reduce(0, +)
    for (tier, share) in [0.7, 0.2, 0.1].enumerated() {
      #expect(abs(served[tier] / all - share) < 0.02, "seed \(seed): \(report.summary)")
    }
  }

  @Test("A crashed proxy's part moves within some heartbeats; started again, it gets it back", arguments: seeds)
  func crash(seed: UInt64) {
    var scenario = FleetScenario.saturated(clients: [40, 40, 40], seed: seed)
    scenario.faults = [(.seconds(5), .crash(proxy: 2)), (.seconds(12), .start(proxy: 2))]
    var simulation = FleetSimulation(scenario)
    func total(_ proxies: Range<Int>) -> Int { simulation.parts[proxies].joined().reduce(0, +) }
    func run(until seconds: Double) { while simulation.now.seconds(since: .zero) < seconds, simulation.step() {} }
    run(until: 4.99)
    #expect(total(0..<2) == 8 && total(2..<3) == 4)
    run(until: 5.8)
    #expect(total(0..<2) == 12, "eight heartbeats after the crash: \(simulation.parts)")
    run(until: 15)
    #expect(total(0..<2) == 8 && total(2..<3) == 4, "\(simulation.parts)")
    while simulation.step() {}
    let report = simulation.report()
    #expect(report.utilisation > 0.95, "seed \(seed): \(report.summary)")
    #expect(report.unaccounted == 0)
    let address = FleetAddress(host: "198.51.100.3", port: 7946)
    #expect(report.proxies[0].events.contains(.crashed(address)) && report.proxies[0].events.last == .joined(address))
  }

  @Test("A proxy that leaves says so: its part moves at once, and what it had is served to the end", arguments: seeds)
  func leave(seed: UInt64) {
    var scenario = FleetScenario.saturated(clients: [40, 40, 40], seed: seed)
    scenario.faults = [(.seconds(6), .leave(proxy: 1))]
    let report = FleetSimulation.run(scenario)
    #expect(report.lost == 0 && report.unaccounted == 0 && report.utilisation > 0.97, "seed \(seed): \(report.summary)")
    #expect(report.overCommitted < 0.005, "seed \(seed): \(report.summary)")
    let address = FleetAddress(host: "198.51.100.2", port: 7946)
    #expect(report.proxies[0].events.contains(.left(address)) && !report.proxies[0].events.contains(.crashed(address)))
  }

  @Test("A lossy and slow network costs some utilisation, not the order", arguments: seeds)
  func loss(seed: UInt64) {
    var scenario = FleetScenario.saturated(clients: [40, 40, 40], seconds: 40, seed: seed)
    scenario.loss = 0.2
    scenario.delay = .milliseconds(20)
    let report = FleetSimulation.run(scenario)
    let served = report.proxies.map { Double($0.served) }
    let mean = served.reduce(0, +) / 3
    #expect(served.allSatisfy { abs($0 - mean) < 0.1 * mean }, "seed \(seed): \(report.summary)")
    #expect(report.utilisation > 0.95 && report.overCommitted < 0.02, "seed \(seed): \(report.summary)")
  }

  @Test("Proxies that cannot hear each other go on, each with everything; hearing again, they share again", arguments: seeds)
  func partition(seed: UInt64) {
    var scenario = FleetScenario.saturated(clients: [40, 40, 40], seed: seed)
    scenario.faults = [(.seconds(6), .partition([[0], [1, 2]])), (.seconds(10), .heal)]
    var simulation = FleetSimulation(scenario)
    while simulation.now.seconds(since: .zero) < 9, simulation.step() {}
    #expect(simulation.parts[0].reduce(0, +) >= 4 && simulation.parts[1...].joined().reduce(0, +) >= 4, "\(simulation.parts)")
    while simulation.now.seconds(since: .zero) < 13, simulation.step() {}
    #expect(simulation.parts.joined().reduce(0, +) <= 12, "\(simulation.parts)")
    while simulation.step() {}
    #expect(simulation.report().unaccounted == 0)
  }

  @Test("The limit of servers that say nothing is found by the fleet as one proxy finds it", arguments: [1])
  func inferredLimits(seed: UInt64) {
    func run(_ clients: [Int]) -> FleetReport {
      var scenario = FleetScenario.saturated(clients: clients, servers: 2, places: 16, seconds: 60, seed: seed)
      for server in scenario.servers.indices { scenario.servers[server].reports = false }
      scenario.warmUp = .seconds(30)
      return FleetSimulation.run(scenario)
    }
    let (one, three) = (run([120]), run([40, 40, 40]))
    #expect(three.utilisation > 0.85, "seed \(seed): one proxy \(one.summary)\nthree \(three.summary)")
    #expect(three.queuedAtServers < 0.25, "seed \(seed): one proxy \(one.summary)\nthree \(three.summary)")
  }

  @Test("The same seed decides the same", arguments: seeds)
  func deterministic(seed: UInt64) {
    var scenario = FleetScenario.saturated(clients: [20, 20, 20], seconds: 6, seed: seed)
    scenario.loss = 0.1
    scenario.faults = [(.seconds(2), .crash(proxy: 0)), (.seconds(4), .start(proxy: 0))]
    #expect(FleetSimulation.run(scenario).digest == FleetSimulation.run(scenario).digest)
  }

  @Test("Whatever comes, goes and gets lost: nothing is lost but with a crash, and in the end the parts fit", arguments: 1...8)
  func anything(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
    let count = pick(2...6)
    let places = pick(1...8)
    var scenario = FleetScenario.saturated(
      clients: (0..<count).map { _ in pick(0...25) }, tier: ["enterprise", "premium", "free"][pick(0...2)], servers: pick(1...4),
      places: places, seconds: 30, seed: UInt64(seed))
    scenario.loss = 0.1 * random.unit()
    for _ in 0..<pick(2...8) {
      let proxy = pick(0...(count - 1))
      let at = Duration(inSeconds: 1 + 14 * random.unit())
      let fault: FleetScenario.Fault = [
        .crash(proxy: proxy), .start(proxy: proxy), .leave(proxy: proxy), .partition([[proxy]]), .heal,
      ][pick(0...4)]
      scenario.faults.append((at, fault))
    }
    scenario.faults += (0..<count).map { (.seconds(16), .start(proxy: $0)) } + [(.seconds(16), .heal)]
    scenario.warmUp = .seconds(20)
    let report = FleetSimulation.run(scenario)
    #expect(report.overCommitted < 0.02, "seed \(seed): \(report.summary)")
    #expect(report.longestServerQueue <= 2, "seed \(seed): \(report.summary)")
    #expect(report.unaccounted == 0, "seed \(seed)")
  }
}
