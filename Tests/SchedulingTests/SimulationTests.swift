import Scheduling
import Simulation
import Testing

/// The promises of scheduling.md, over whole runs of the production scheduler on virtual time.
@Suite struct SimulationTests {
  /// 70 % free, 20 % premium, 10 % enterprise, at `load` times what the servers can do.
  static func mixed(load: Double, servers: Int = 4, service: Duration, reports: Bool = true, seed: UInt64) -> Scenario {
    let model = ServerModel(
      maximumSequences: 16, firstToken: service * 0.2, perToken: service * 0.008, jitter: 0.2, reports: reports)
    let rate = load * Double(servers * 16) / service.inSeconds
    let traffic = [("enterprise", 0.1), ("premium", 0.2), ("free", 0.7)].map { tier, part in
      var traffic = Traffic(tier: tier, arrivals: .poisson(perSecond: rate * part))
      traffic.outputSpread = 0.3
      traffic.tenants = 5
      return traffic
    }
    var scenario = Scenario(
      servers: Array(repeating: model, count: servers), traffic: traffic, duration: service * 40, reportInterval: service / 5, seed: seed)
    scenario.warmUp = service * 10
    return scenario
  }

  static func expectNoViolations(_ report: SimulationReport, _ what: String) {
    #expect(report.violations.isEmpty, "\(what): \(report.violations.prefix(3).map { "\($0.invariant.rawValue) \($0.at) \($0.detail)" })")
  }

  @Test(arguments: [Duration.milliseconds(100), .seconds(60)], [true, false])
  func `under twice the load every promise holds, whatever the service time and the source of limits`(
    service: Duration, reports: Bool
  ) {
    for seed in UInt64(1)...3 {
      let report = Simulation.run(Self.mixed(load: 2, service: service, reports: reports, seed: seed))
      Self.expectNoViolations(report, "seed \(seed)")
      #expect(report.tier("enterprise")?.refused == 0 && report.tier("enterprise")?.evicted == 0, "seed \(seed)")
    }
  }
}
