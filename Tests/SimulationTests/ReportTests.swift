import JSON
import Scheduling
import Simulation
import Testing

@Suite struct ReportTests {
  static func summary(_ text: String, seeds: [UInt64] = [1]) throws -> (file: ScenarioFile, summary: SimulationSummary) {
    let file = try Written.file(text)
    let runs = seeds.map { seed in
      var scenario = file.scenario
      scenario.seed = seed
      return (seed: seed, report: Simulation.run(scenario))
    }
    return (file, SimulationSummary(runs))
  }

  static let overload =
    "duration: 60s\nwarmUp: 10s\n" + Written.servers + "traffic: [{tier: enterprise, rate: 0.3x}, {tier: free, rate: 2x}]\n"

  @Test(
    "figures have three digits and a unit",
    arguments: [
      (0, "0"), (0.000_012_34, "0.0123 ms"), (0.002_34, "2.34 ms"), (0.0123, "12.3 ms"), (0.1234, "123 ms"), (0.9996, "1.00 s"),
      (1.234, "1.23 s"), (99.96, "100 s"), (1234.5, "1235 s"),
    ])
  func seconds(_ value: Double, _ text: String) { #expect(FigureText.seconds(value) == text) }

  @Test(
    "differences are points of parts, and per cent or factors of the others",
    arguments: [
      (0.25, 0.2, Figure.Unit.part, "+5.0 pt"), (1.5, 1, .seconds, "+50 %"), (0.98, 1, .seconds, "-2.0 %"), (5, 1, .seconds, "x5.00"),
      (1, 1, .requests, "="), (3, 0, .requests, "new"), (0, 3, .requests, "-100 %"),
    ])
  func differences(_ value: Double, _ base: Double, _ unit: Figure.Unit, _ text: String) {
    #expect(FigureText.difference(value, from: base, unit) == text)
  }

  @Test func `the table has a row for each tier, and says that it is simulated and with which seed`() throws {
    let (_, summary) = try Self.summary(Self.overload)
    let lines = SummaryTable(summary, duration: 50).text.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("TIER") && lines[0].contains("WAIT p50") && lines[0].contains("RESPONSE p50") && lines[0].hasSuffix("SHARE"))
    #expect(lines[1...3].map { $0.split(separator: " ").first } == ["enterprise", "premium", "free"])
    // Nobody of premium was served: no time says anything of it.
    #expect(lines[2].split(separator: " ").dropFirst().prefix(5).joined(separator: " ") == "0 0 0 0 -")
    #expect(lines.last == "Simulated, seed 1, 50.0 s of virtual time counted.")
    #expect(lines.contains { $0.hasPrefix("Utilisation 100.0 %") && $0.contains("no invariant violated") })
  }

  @Test func `several seeds give means with their confidence`() throws {
    let (_, summary) = try Self.summary(Self.overload, seeds: [1, 2, 3, 4])
    let one = summary.reports.map { Double($0.tier("free")?.served ?? 0) }
    let estimate = summary.estimate(.count(.served), tier: "free")
    #expect(estimate.mean == one.reduce(0, +) / 4 && estimate.margin > 0)
    let text = SummaryTable(summary, duration: 50).text
    #expect(text.contains("±") && text.contains("seeds 1 to 4") && text.contains("means over 4 runs"))
  }

  @Test func `compared with a base, each tier has both and the difference`() throws {
    let base = try Self.summary(Self.overload).summary
    let (_, changed) = try Self.summary(Self.overload + "faults: [{at: 0s, server: 0, fault: slow, factor: 2}]")
    let text = SummaryTable(changed, base: base, duration: 50).text
    let rows = text.split(separator: "\n").prefix(10)
    #expect(
      rows.count { $0.contains("base") } == 3 && rows.count { $0.contains("difference") } == 3 && rows.count { $0.contains("changed") } == 3
    )
    #expect(text.contains("→"))
  }

  @Test func `JSON has seconds and parts, and says that it is simulated`() throws {
    let (_, summary) = try Self.summary(Self.overload)
    let json = summary.json
    #expect(json["basis"] == "simulated" && json["seeds"] == [1])
    #expect(json[["tiers", "enterprise", "served"]]?.int == summary.reports[0].tier("enterprise")?.served)
    #expect(
      json[["tiers", "enterprise", "responseSeconds", "p99"]]?.double == summary.reports[0].tier("enterprise")?.latencies.percentile(99))
    #expect(json["violations"] == [])
  }

  @Test func `an expectation that does not hold says what was measured and what was wanted`() throws {
    let (file, summary) = try Self.summary(
      Self.overload + """
        expect:
          - {tier: enterprise, response.p99: "<= 3x", wait.p50: "< 1s"}
          - {tier: free, served: ">= 90 %", share: "< 10 %"}
          - {violations: 0}
        """)
    let unloaded = Simulation.run(file.scenario.unloaded())
    let verdicts = file.expectations.map { $0.verdict(summary.reports[0], unloaded: unloaded, seed: 1) }
    #expect(verdicts.map(\.holds) == [true, true, false, false, true])
    #expect(verdicts[2].text.hasPrefix("FAILED free served: measured ") && verdicts[2].text.hasSuffix("(>= 90 %)"))
    #expect(verdicts[3].text.hasSuffix("wanted < 10.0 %"))
    let response = try #require(verdicts.first { $0.expectation.figure == .time(.response, .p99) })
    #expect(response.wanted == 3 * (unloaded.tier("enterprise")?.latencies.percentile(99) ?? 0))
  }
}
