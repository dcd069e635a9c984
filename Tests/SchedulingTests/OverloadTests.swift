import Scheduling
import Simulation
import Testing

/// The figures under twice the load, under one configuration: whatever the service time, the size of the pool, the cost of a batch, and
/// wherever the limits come from.
@Suite struct OverloadTests {
  static let cases: [(Overload.Size, Duration)] = [
    (.small, .milliseconds(100)), (.small, .seconds(60)), (.medium, .milliseconds(100)), (.medium, .seconds(60)), (.large, .seconds(60)),
  ]

  @Test(arguments: cases, Overload.Limits.allCases)
  func `enterprise's p99 is that of an empty pool, and no place is idle`(size: (Overload.Size, Duration), limits: Overload.Limits) {
    for slowdown in [0.0, 0.04] {
      for seed in size.0.seeds {
        check(Overload(size: size.0, limits: limits, service: size.1, slowdown: slowdown, seed: seed))
      }
    }
  }

  private func check(_ overload: Overload) {
    let crowded = Simulation.run(overload.crowded)
    let own = Simulation.run(overload.unloaded)
    let full = overload.slowdown == 0 ? own : Simulation.run(overload.unloadedAtFullBatch)
    let ratio = crowded.latency("enterprise", 99) / full.latency("enterprise", 99)
    let ratioToOwn = crowded.latency("enterprise", 99) / own.latency("enterprise", 99)
    let wait = crowded.longestWait / crowded.meanResponse
    let free = 1 - crowded.share("enterprise") - crowded.share("premium")
    print(
      "overload, \(overload): enterprise p99 × \(ratio.short) (× \(ratioToOwn.short) of an empty batch's), "
        + "utilisation \(crowded.utilisation.short), shares \(crowded.share("enterprise").short) / \(crowded.share("premium").short) / "
        + "\(free.short), longest wait \(wait.short) mean responses")
    SimulationTests.expectNoViolations(crowded, "\(overload)")
    #expect(ratio <= 1.2, "\(overload)")
    #expect(crowded.utilisation >= 0.95, "\(overload)")
    #expect(crowded.queuedAtServers < 0.04, "\(overload)")
    #expect(wait <= 10, "\(overload)")
    // Who is within its share gets all it asks for; who is not, the rest: 0.2, 0.4 and 0.4 of the capacity, but for the luck of arrivals.
    for tier in crowded.tiers.prefix(2) {
      #expect(tier.refused + tier.evicted + tier.failed == 0 && tier.served == tier.arrived, "\(overload)")
    }
  }

  @Test(arguments: [SchedulingPolicy.Algorithm.workConservingPriority, .weightedFair], [0.0, 0.04])
  func `shares are the weights within 2 % where limits are inferred`(algorithm: SchedulingPolicy.Algorithm, slowdown: Double) {
    for seed in UInt64(1)...1 {
      let overload = Overload(size: .small, limits: .inferred, service: .seconds(2), slowdown: slowdown, seed: seed)
      var scenario = overload.crowded
      scenario.policy.algorithm = algorithm
      (scenario.settings.refusalWait, scenario.settings.longestWait) = (1e9, 1e9)
      for (index, clients) in [60, 40, 40].enumerated() {
        scenario.traffic[index].arrivals = .closedLoop(clients: clients, think: .zero)
        scenario.traffic[index].outputTokens = [50, 100, 200][index]
      }
      let report = Simulation.run(scenario)
      for (tier, weight) in [("enterprise", 0.7), ("premium", 0.2), ("free", 0.1)] {
        #expect(abs(report.share(tier) - weight) < 0.02, "\(overload): \(tier) got \(report.share(tier))")
      }
      #expect(report.utilisation >= 0.95, "\(overload)")
    }
  }
}
