import Scheduling
import Simulation
import Testing

/// What clients and servers of a simulation do.
@Suite struct SimulatedWorldTests {
  static func scenario(_ traffic: String, duration: String = "100s", servers: String = Written.servers) throws -> Scenario {
    try Written.file("duration: \(duration)\n\(servers)traffic: [\(traffic)]").scenario
  }

  @Test func `the same seed gives the same report, another seed another one`() throws {
    var scenario = try Self.scenario("{tier: free, rate: 1.5x, outputTokens: {median: 90, p95: 300}, promptTokens: {least: 1, most: 50}}")
    let first = Simulation.run(scenario)
    #expect(first == Simulation.run(scenario), "every figure and every step of the series")
    scenario.seed = 2
    #expect(first.digest != Simulation.run(scenario).digest)
  }

  @Test func `a request alone takes its prefill, its first token and its other tokens`() throws {
    let servers = "servers: [{places: 4, timeToFirstToken: 100ms, timePerOutputToken: 1ms, timePerPromptToken: 2ms}]\n"
    let report = Simulation.run(
      try Self.scenario("{tier: free, bursts: {size: 1, every: 10s}, promptTokens: 50, outputTokens: 300}", servers: servers))
    let tier = try #require(report.tier("free"))
    #expect(abs(tier.firstTokens.percentile(50) - 0.2) < 1e-6 && abs(tier.latencies.percentile(50) - 0.5) < 1e-6)
    #expect(tier.served == tier.arrived && tier.arrived == 11)
  }

  @Test func `requests come from then until then`() throws {
    let report = Simulation.run(try Self.scenario("{tier: free, bursts: {size: 2, every: 1s}, from: 10s, until: 12s}"))
    #expect(report.tier("free")?.arrived == 6)
    let steps = report.series.steps
    let busy = steps.indices.filter { steps[$0].inUse(tier: 2) > 0 }.map { Double($0) * report.series.width }
    #expect(try #require(busy.first) >= 9.5 && (try #require(busy.last)) < 13)
  }

  @Test func `log-normal lengths have the median and the 95th percentile that were asked for`() throws {
    let servers = "servers: [{places: 4, timeToFirstToken: 1us, timePerOutputToken: 1ms}]\n"
    let traffic = "{tier: free, rate: 20/s, outputTokens: {median: 100, p95: 400}}"
    var scenario = try Self.scenario(traffic, duration: "1000s", servers: servers)
    scenario.servers = Array(repeating: scenario.servers[0], count: 10)
    let tier = try #require(Simulation.run(scenario).tier("free"))
    #expect(abs(tier.latencies.percentile(50) - 0.1) < 0.005 && abs(tier.latencies.percentile(95) - 0.4) < 0.03)
    // The mean of this distribution: 100 × e^(0.843² ÷ 2).
    #expect(abs(tier.latencies.mean - 0.1427) < 0.005 && scenario.traffic[0].outputTokens == 143)
  }

  @Test func `what waited and ran over time adds up to what was served, in bounded memory`() throws {
    let report = Simulation.run(try Self.scenario("{tier: free, rate: 3x}, {tier: enterprise, rate: 0.3x}", duration: "5m"))
    let series = report.series
    #expect(series.steps.count <= TimeSeries.most && series.steps.count >= TimeSeries.most / 2)
    for (index, tier) in report.tiers.enumerated() {
      let inUse = series.steps.reduce(0) { $0 + $1.inUse(tier: index) } * series.width
      // A request that is never repeated holds one slot from its dispatch to its end.
      let held = (tier.latencies.mean - tier.waits.mean) * Double(tier.served)
      #expect(abs(inUse - held) < 8 * series.width, "\(tier.name): \(inUse) s in use, \(held) s held")
      let waiting = series.steps.reduce(0) { $0 + $1.waiting(tier: index) } * series.width
      #expect(waiting >= tier.waits.mean * Double(tier.served) * 0.99, "those who were turned away waited too")
    }
  }

  @Test func `a run that lasts longer than was thought gets wider steps, not more`() throws {
    // 500 requests at once on eight places: the queue outlives the arrivals by far.
    var scenario = try Self.scenario("{tier: free, bursts: {size: 500, every: 10s}}", duration: "1s")
    scenario.settings.refusalWait = 1e9
    scenario.settings.longestWait = 1e9
    let report = Simulation.run(scenario)
    #expect(report.tier("free")?.served == 500)
    #expect(report.series.steps.count <= TimeSeries.most && report.series.width > 1.0 / 512)
    #expect(Double(report.series.steps.count) * report.series.width >= 10)
  }

  @Test func `unloaded, nobody waits`() throws {
    let scenario = try Self.scenario("{tier: free, rate: 3x}, {tier: enterprise, clients: 50}")
    let report = Simulation.run(scenario.unloaded())
    #expect(report.tiers.filter { $0.name != "premium" }.allSatisfy { $0.served >= 900 && $0.waits.percentile(99) == 0 })
    #expect(report.tiers.allSatisfy { $0.refused == 0 })
  }
}
