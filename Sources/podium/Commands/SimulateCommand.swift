import ArgumentParser
import Foundation
import JSON
import PolicyFormat
import Simulation
import YAML

/// The production scheduler on virtual time: what would happen if.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Run the scheduler on virtual time: what if free gets 5 %, or one backend dies?",
    discussion: """
      podium simulate examples/simulations/overload.yaml
      podium simulate examples/simulations/overload.yaml --set policy.tiers.free.weight=5 --compare base
      podium simulate examples/simulations/overload.yaml --set policy.algorithm=weighted-fair --set traffic.free.rate=3x --seeds 20
      podium simulate examples/simulations/backend-dies.yaml --svg dies.svg
      podium simulate examples/simulations/recorded.yaml -o json | jq '.tiers.enterprise.responseSeconds.p99'
      podium simulate --print-example > mine.yaml && podium simulate mine.yaml

      The scheduler, its limits and its breakers are those of the data plane; clients, model servers and time are simulated. The same \
      file with the same seed gives the same figures, on every machine. examples/simulations/overload.yaml explains every field.

      Exit status: 0 when everything expected holds, 1 when an expectation of the file does not, 64 when the file or an option \
      makes no sense.
      """)

  enum Output: String, ExpressibleByArgument, CaseIterable { case table, json, yaml }

  @Argument(help: ArgumentHelp("The scenario, YAML; - for standard input.", valueName: "file")) var file: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a value of the scenario; repeat for several. Elements of lists go by name, tier or number.", valueName: "path=value"))
  var changes: [String] = []
  @Option(help: ArgumentHelp("Print it beside 'base' (the file without --set), or beside another scenario.", valueName: "base|file"))
  var compare: String?
  @Option(help: "In place of the file's seed.") var seed: Int?
  @Option(help: "Run with this many seeds, one after the other from the first, and print means with their confidence.") var seeds = 1
  @Option(help: ArgumentHelp("Draw it: response times, shares, and who waited and ran when.", valueName: "file.svg")) var svg: String?
  @Option(name: .shortAndLong, help: "table, json or yaml.") var output = Output.table
  @Flag(help: "Print a scenario to start from.") var printExample = false

  func validate() throws {
    guard printExample || file != nil else {
      throw ValidationError("name a scenario file; --print-example prints one to start from")
    }
    guard (1...1_000).contains(seeds) else { throw ValidationError("--seeds is \(seeds): write 1 to 1000") }
    if let seed, seed < 0 { throw ValidationError("--seed is \(seed): write 0 or more") }
    guard compare != "base" || !changes.isEmpty else {
      throw ValidationError("--compare base has nothing to compare: change something with --set path=value")
    }
    for change in changes { _ = try SettingChange(change) }
  }

  func run() async throws {
    if printExample { return print(ExampleScenario.text, terminator: "") }
    let loader = ScenarioLoader(seed: seed, seeds: seeds)
    let changed = try loader.load(file ?? "-", changes: changes)
    let base = try compare.map { try loader.load($0 == "base" ? file ?? "-" : $0, changes: []) }
    let runner = SimulationRunner(runs: changed.count + (base?.count ?? 0))
    let baseSummary: SimulationSummary? = if let base { try await runner.run(base) } else { nil }
    let summary = try await runner.run(changed)
    let verdicts = try await runner.judge(changed, summary)
    runner.finish()
    guard let first = changed.first else { return }
    try draw(first, summary, base: baseSummary)
    try show(first, summary, base: baseSummary, verdicts)
    if verdicts.contains(where: { !$0.holds }) { throw ExitCode(1) }
  }

  private func draw(_ file: ScenarioFile, _ summary: SimulationSummary, base: SimulationSummary?) throws {
    guard let svg, let report = summary.reports.first else { return }
    let drawing = SimulationDrawing(title: file.title, scenario: file.scenario, report: report, base: base?.reports.first)
    try UserFile.write(drawing.svg, to: svg)
  }

  private func show(
    _ file: ScenarioFile, _ summary: SimulationSummary, base: SimulationSummary?, _ verdicts: [Expectation.Verdict]
  ) throws {
    guard output == .table else {
      var json = summary.json
      if let base { json = ["basis": "simulated", "base": base.json, "changed": json] }
      if !verdicts.isEmpty { json["expectations"] = .array(verdicts.map(\.json)) }
      return output == .json ? print(json.text(.indented)) : print(YAMLWriter.text(json), terminator: "")
    }
    let counted = file.scenario.duration.inSeconds - file.scenario.warmUp.inSeconds
    print("\(file.title) (simulated)\n")
    print(SummaryTable(summary, base: base, duration: counted).text, terminator: "")
    guard !verdicts.isEmpty else { return }
    print("\nExpected:")
    for expectation in file.expectations { print(line(verdicts.filter { $0.expectation == expectation })) }
  }

  /// One expectation over all seeds: the first failure, or the first success.
  private func line(_ verdicts: [Expectation.Verdict]) -> String {
    let failures = verdicts.filter { !$0.holds }
    let text = (failures.first ?? verdicts.first)?.text ?? ""
    guard verdicts.count > 1 else { return "  \(text)" }
    return "  \(text); holds with \(verdicts.count - failures.count) of \(verdicts.count) seeds"
      + (failures.isEmpty ? "" : ", not with \(failures.map { "\($0.seed)" }.joined(separator: ", "))")
  }
}
