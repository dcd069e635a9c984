import Scheduling
import Simulation
import Testing

/// A thousand requests in the first second, at a scheduler or a backend that knows nothing yet.
@Suite struct ColdStartTests {
  static func storm(_ limits: Overload.Limits, service: Duration, seed: UInt64) -> Scenario {
    var scenario = SimulationTests.mixed(load: 1.5, service: service, reports: limits == .reported, seed: seed)
    for server in scenario.servers.indices { scenario.servers[server].statesMaximum = false }
    for (tier, count) in [("free", 700), ("premium", 200), ("enterprise", 100)] {
      let rows = (0..<count).map { TraceRow(at: .seconds(1) * (Double($0) / Double(count)), promptTokens: 100, outputTokens: 70 + $0 % 60) }
      scenario.traffic.append(Traffic(tier: tier, arrivals: .trace(rows)))
    }
    scenario.duration = service * 40
    return scenario
  }

  @Test(arguments: Overload.Limits.allCases, [Duration.milliseconds(100), .seconds(60)])
  func `a thousand requests in the first second: no server is flooded, none is idle for long, enterprise is served`(
    limits: Overload.Limits, service: Duration
  ) {
    for seed in UInt64(1)...2 {
      var scenario = Self.storm(limits, service: service, seed: seed)
      scenario.warmUp = .zero
      let whole = Simulation.run(scenario)
      scenario.warmUp = service * 12
      let later = Simulation.run(scenario)
      print(
        "cold start, \(limits), \(service.inSeconds) s, seed \(seed): deepest queue \(whole.deepestQueueAtServer.short) of the places, "
          + "utilisation \(whole.utilisation.short) from the start, \(later.utilisation.short) after 12 service times; "
          + "enterprise served \(whole.tiers[0].served) of \(whole.tiers[0].arrived), free \(whole.tiers[2].served) of \(whole.tiers[2].arrived)"
      )
      SimulationTests.expectNoViolations(whole, "\(limits), seed \(seed)")
      #expect(whole.deepestQueueAtServer <= 1, "\(limits), seed \(seed)")
      #expect(later.utilisation >= 0.95, "\(limits), seed \(seed)")
      #expect(whole.tiers[0].served == whole.tiers[0].arrived, "\(limits), seed \(seed)")
      #expect(whole.tiers.allSatisfy { $0.served > 0 }, "\(limits), seed \(seed)")
    }
  }

  @Test(arguments: Overload.Limits.allCases, [Fault.Kind.removed, .vanish])
  func `a server that joins, or comes back, in the middle of a storm is filled and not flooded`(limits: Overload.Limits, kind: Fault.Kind) {
    let service = Duration.milliseconds(500)
    for seed in UInt64(1)...2 {
      var scenario = SimulationTests.mixed(load: 2, service: service, reports: limits == .reported, seed: seed)
      for server in scenario.servers.indices { scenario.servers[server].statesMaximum = false }
      scenario.faults = [
        Fault(at: service, server: 3, kind: kind), Fault(at: service * 15, server: 3, kind: kind == .removed ? .added : .recover),
      ]
      scenario.duration = service * 45
      scenario.warmUp = service * 27
      let report = Simulation.run(scenario)
      print(
        "cold start, \(kind) and back, \(limits), seed \(seed): utilisation \(report.utilisation.short) from 12 service times later, "
          + "deepest queue \(report.deepestQueueAtServer.short)")
      SimulationTests.expectNoViolations(report, "\(limits), seed \(seed)")
      #expect(report.utilisation >= 0.95, "\(limits), seed \(seed)")
      #expect(report.deepestQueueAtServer <= 1, "\(limits), seed \(seed)")
      #expect(report.tiers[0].served == report.tiers[0].arrived, "\(limits), seed \(seed)")
    }
  }
}
