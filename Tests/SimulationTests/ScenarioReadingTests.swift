import JSON
import PolicyFormat
import Scheduling
import Simulation
import Testing

@Suite struct ScenarioReadingTests {
  @Test func `a scenario says who sends how much to which servers, and what goes wrong`() throws {
    let file = try Written.file(
      """
      title: All of it
      seed: 7
      duration: 2m
      warmUp: 500ms
      policy: {algorithm: strict-priority, tiers: [{name: gold, weight: 3, priority: 2}, {name: rest, weight: 1, priority: 1}]}
      servers:
        - {name: old, count: 2, places: 4, timeToFirstToken: 100ms, timePerOutputToken: 1ms, timePerPromptToken: 10us, slowdown: 0.5}
        - {places: 8, timeToFirstToken: 50ms, jitter: 10 %, reports: false, streams: false}
      reports: {every: 2s, lag: 10ms}
      traffic:
        - {tier: gold, rate: 600/min, promptTokens: {least: 10, most: 30}, outputTokens: {median: 50, p95: 200}, tenants: 3, from: 1s, until: 5s}
        - {tier: rest, bursts: {size: 10, every: 1s}, patience: 3s}
        - {tier: rest, clients: 4, think: 200ms}
      faults:
        - {at: 20s, until: 30s, server: 2, fault: slow, factor: 4}
        - {at: 10s, server: 0, fault: errors, rate: 30 %}
      expect:
        - {tier: gold, wait.p99: "< 0.2x", failed: 0, refused: "<= 1 %"}
        - {utilisation: ">= 40 %"}
      """)
    #expect(file.title == "All of it")
    let scenario = file.scenario
    #expect(scenario.seed == 7 && scenario.duration == .seconds(120) && scenario.warmUp == .milliseconds(500))
    #expect(scenario.policy.algorithm == .strictPriority && scenario.policy.tiers.map(\.name) == ["gold", "rest"])
    #expect(scenario.servers.map(\.maximumSequences) == [4, 4, 8])
    #expect(scenario.servers[0].perPromptToken == .microseconds(10) && scenario.servers[2].jitter == 0.1 && !scenario.servers[2].reports)
    #expect(scenario.reportInterval == .seconds(2) && scenario.reportLag == .milliseconds(10))
    guard case .poisson(let rate) = scenario.traffic[0].arrivals else { return #expect(Bool(false), "rate is a Poisson process") }
    #expect(rate == 10 && scenario.traffic[0].promptTokens == 20 && scenario.traffic[0].from == .seconds(1))
    #expect(scenario.traffic[1].clientPatience == .seconds(3))
    #expect(scenario.faults.map(\.kind) == [.errors(rate: 0.3), .slow(factor: 4), .recover])
    #expect(scenario.faults.map(\.at) == [.seconds(10), .seconds(20), .seconds(30)])
    #expect(file.expectations.map(\.figure.name) == ["refused", "failed", "wait.p99", "utilisation"])
  }

  @Test func `a multiple is of all that the servers can do`() throws {
    // Eight places, 200 ms a request alone, twice as long with four in the batch.
    let text = """
      duration: 10s
      servers: [{count: 2, places: 4, timeToFirstToken: 100ms, timePerOutputToken: 1ms, slowdown: 0.3333333333}]
      traffic: [{tier: free, rate: 2x, outputTokens: 100}]
      """
    guard case .poisson(let rate) = try Written.file(text).scenario.traffic[0].arrivals else { return #expect(Bool(false)) }
    #expect(abs(rate - 40) < 0.001, "8 places ÷ 0.4 s × 2")
  }

  @Test(
    "a mistake is named with its path and what to write",
    arguments: [
      ("duration: 10s\n" + Written.servers, "traffic: is missing: write a list"),
      ("duration: 10s\ntraffic: [{tier: free, rate: 1x}]", "servers: is missing: write a list"),
      (Written.servers + "traffic: [{tier: free, rate: 1x}]", "duration: is missing: write how long requests arrive"),
      ("duration: 10\n" + Written.servers + "traffic: [{tier: free, rate: 1x}]", "duration: is 10: write a time above 0 with its unit"),
      ("duration: 10s\nwarmUp: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x}]", "warmUp: is not shorter"),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: fre, rate: 1x}]",
        "traffic[0].tier: 'fre' is no tier of the policy: write one of"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free}]",
        "traffic[0]: says not when requests come: write one of rate, bursts"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 5}]",
        "traffic[0].rate: is 5: write requests with their unit, such as 12/s"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x, clients: 3}]",
        "traffic[0]: says it more than once: write one of rate"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x, outputTokens: {median: 9, p95: 3}}]",
        "traffic[0].outputTokens: is no distribution: write {least: 10, most: 200}"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x, colour: red}]",
        "traffic[0].colour: is not a field: write one of"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x}]\nfaults: [{at: 1s, server: 2, fault: kill}]",
        "faults[0].server: is 2: write an integer from 0 to 1"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x}]\nfaults: [{at: 1s, server: 0, fault: die}]",
        "faults[0].fault: is 'die': write one of kill, slow, errors"
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x}]\nexpect: [{tier: free, wait.p99: \"0.2x\"}]",
        "expect[0].wait.p99: is the string '0.2x': write a bound such as \"< 200ms\""
      ),
      (
        "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x}]\nexpect: [{tier: free, wait.p42: \"< 1s\"}]",
        "expect[0].wait.p42: is not a field: write one of tier, arrived, served"
      ),
      (
        "policy: {tiers: [{name: a, weight: 500, priority: 1}]}\nduration: 10s\n" + Written.servers + "traffic: [{tier: a, rate: 1x}]",
        "policy.tiers[0].weight: is 500: write a weight from 1 to 100"
      ),
    ])
  func mistakes(_ text: String, _ expected: String) {
    #expect(Written.problem(text).hasPrefix(expected), "\(Written.problem(text))")
  }

  // MARK: --set

  static let small = "duration: 10s\n" + Written.servers + "traffic: [{tier: free, rate: 1x}, {tier: premium, rate: 1x}]"

  @Test func `a value is set by name, tier or number, in the policy that holds by default too`() throws {
    var document = try Written.document(Self.small)
    try document.set("policy.tiers.free.weight", to: 5)
    try document.set("servers[0].places", to: 9)
    try document.set("traffic.1.tenants", to: 3)
    try document.set("traffic.free.rate", to: "3/s")
    try document.set("reports.every", to: "5s")
    let scenario = try ScenarioFile(document).scenario
    #expect(scenario.policy.tiers.map(\.weight) == [70, 20, 5])
    #expect(scenario.servers[0].maximumSequences == 9 && scenario.traffic[1].tenants == 3)
    #expect(scenario.reportInterval == .seconds(5))
  }

  @Test(
    "an unknown path says which exist",
    arguments: [
      ("policy.tiers.gold.weight", "policy.tiers: has no 'gold': write one of enterprise, premium, free"),
      ("traffic.7.rate", "traffic: has no '7': write one of free, premium"),
      ("duration.long", "duration: is the string '10s' and has no fields: nothing of it is called 'long'"),
      ("polcy.algorithm", "polcy: is not a field: write one of title, seed, policy, servers, traffic, duration"),
      ("policy.algorithms", "policy.algorithms: is not a field: write one of tiers, defaultTier, algorithm"),
      ("a..b", "a..b: is not a path: write names with dots between them"),
    ])
  func unknownPaths(_ path: String, _ expected: String) throws {
    var document = try Written.document(Self.small)
    var problem = "nothing is wrong"
    do {
      try document.set(path, to: 1)
      _ = try ScenarioFile(document)
    } catch {
      problem = "\(error)"
    }
    #expect(problem.hasPrefix(expected), "\(problem)")
  }
}
