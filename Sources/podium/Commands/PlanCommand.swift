import ArgumentParser
import Forecasting
import Foundation
import JSON
import KnowledgeBase
import Planning
import YAML

/// The planner, offline: the same function that the operator calls.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Plan the GPUs for a workload, without a cluster: what if traffic doubles, or we buy?",
    discussion: """
      podium plan --use-case chatbot_conversational --users 1000
      podium plan -f examples/plans/chatbot.yaml --explain
      podium plan -f examples/plans/chatbot.yaml --set traffic.concurrentUsers=2000 --compare base
      podium plan -f examples/plans/chatbot.yaml --compare examples/plans/chatbot-bought.yaml --svg chatbot.svg
      podium plan -f examples/chat-llama.yaml -o manifests | kubectl apply -f -
      podium plan --use-case code_completion --qps 20 --provider aws --max-monthly-usd 20000 --save code.yaml

      A file holds ModelDeployments, as kubectl takes them, or a scenario: the fields of a ModelDeployment's spec without anything \
      around them, and a name beside them; planning.weights and planning.minimumConfidence may also be written without planning. Options \
      say the same in fewer words and win over the file; --set changes any field and wins over both. What --save writes is a scenario again.

      Every figure says how sure it is: benchmarked (a row of exactly these lengths), interpolated (between rows) or estimated (from \
      the GPU's data sheet); and whether the rows behind it were measured, simulated or estimated.

      Exit status: 0 with a plan, 1 when nothing known can do it, 64 when the request makes no sense.
      """)

  enum Output: String, ExpressibleByArgument, CaseIterable { case table, json, yaml, manifests }

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("What to plan, YAML or JSON; - for standard input.", valueName: "file"))
  var file: String?
  @Option(help: "Which deployment of the file.") var name: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Change a field, such as traffic.expectedQPS=200; repeat for several.", valueName: "path=value"))
  var changes: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Print it beside 'base' (the same without --set), and beside every scenario of other files.", valueName: "base|file")
  )
  var compare: [String] = []
  @Flag(help: "Say of every rejected configuration why, and how far it is from being possible.") var explain = false
  @Option(help: ArgumentHelp("Draw latency against cost of everything viable, with the Pareto front.", valueName: "file.svg")) var svg:
    String?
  @Option(help: ArgumentHelp("Write what was asked as a scenario.", valueName: "file")) var save: String?
  @Option(name: .shortAndLong, help: "table, json, yaml, or manifests: the objects the operator would make, for kubectl.") var output =
    Output.table
  @OptionGroup(title: "Workload") var workload: WorkloadOptions
  @OptionGroup(title: "Limits and money") var constraints: ConstraintOptions
  @OptionGroup(title: "Manifests") var manifests: ManifestOptions
  @OptionGroup(title: "Forecast") var forecasting: ForecastOptions
  @OptionGroup(title: "Knowledge") var facts: FactOptions

  func validate() throws {
    guard !compare.contains("base") || !changes.isEmpty else {
      throw ValidationError("--compare base has nothing to compare: change something with --set path=value")
    }
    guard name == nil || file != nil else { throw ValidationError("--name picks a deployment of a file: write -f FILE") }
    guard output != .manifests || compare.isEmpty else {
      throw ValidationError("-o manifests renders one plan: leave --compare out, or write -o table, json or yaml")
    }
    guard !forecasting.isOn || (compare.isEmpty && output != .manifests) else {
      throw ValidationError("--forecast is of one plan: leave --compare out, and write -o table, json or yaml")
    }
  }

  func run() throws {
    let (base, scenario) = try scenarios()
    let knowledge = try facts.load()
    let result = try scenario.plan(knowledge)
    let others = try compared(base, knowledge)
    if let save { try UserFile.write(scenario.savedText, to: save) }
    if let svg, let recommendation = result.recommendation {
      try UserFile.write(PlanDrawing(title: "What \(scenario.title) can run on", recommendation: recommendation).svg, to: svg)
    }
    try show(scenario, result, others, try forecasting.forecast(result, knowledge, budget: try scenario.request().budget))
    if case .noViablePlan = result { throw ExitCode(1) }
  }

  /// As the file and the options say, and with the changes.
  private func scenarios() throws -> (base: PlanScenario, changed: PlanScenario) {
    let schema = try SpecSchema()
    var base = PlanScenario(schema: schema)
    if let file {
      let spec = try SpecFile(reading: file)
      base = try PlanScenario(try spec.entry(named: name), file: spec.path, schema: schema)
    }
    for change in workload.changes + constraints.changes {
      try base.set(change.path, to: change.value, words: "\(change.option) \(change.value.plainText)")
    }
    // Rows of one's own are the whole answer, unless one asks for more.
    if facts.benchmarks != nil, base.fields[["planning", "minimumConfidence"]] == nil {
      try base.set("planning.minimumConfidence", to: "benchmarked", words: "--benchmarks")
    }
    var changed = base
    for change in changes { try changed.set(try SettingChange(change)) }
    return (base, changed)
  }

  private func compared(_ base: PlanScenario, _ knowledge: Knowledge) throws -> [PlanComparison.Scenario] {
    let schema = try SpecSchema()
    return try compare.flatMap { word -> [PlanComparison.Scenario] in
      if word == "base" { return [.init(name: "base", result: try base.plan(knowledge))] }
      let spec = try SpecFile(reading: word)
      return try spec.entries.map { entry in
        .init(name: entry.name, result: try PlanScenario(entry, file: spec.path, schema: schema).plan(knowledge))
      }
    }
  }

  private func show(_ scenario: PlanScenario, _ result: PlanResult, _ others: [PlanComparison.Scenario], _ forecast: Forecast?) throws {
    if output == .manifests { return try manifests.show(scenario, result, try facts.load()) }
    if others.isEmpty {
      var report = PlanReport.json(result, explained: explain)
      if forecasting.isOn { report["forecast"] = forecast?.json ?? .null }
      guard output == .table else { return Self.show(report, output) }
      return print(PlanTable(result, explained: explain).text + (forecast.map { "\n" + ForecastTable($0).text } ?? ""), terminator: "")
    }
    let name = others.contains { $0.name == "base" } ? "changed" : scenario.title
    let comparison = PlanComparison(others + [.init(name: name, result: result)])
    guard output == .table else { return Self.show(PlanReport.json(comparison), output) }
    print(ComparisonTable(comparison).text, terminator: "")
  }

  private static func show(_ json: JSONValue, _ output: Output) {
    if output == .json { print(json.text(.indented)) } else { print(YAMLWriter.text(json), terminator: "") }
  }
}

extension JSONValue {
  /// As a person writes it after an option.
  fileprivate var plainText: String { string ?? strings?.joined(separator: " ") ?? text() }
}
