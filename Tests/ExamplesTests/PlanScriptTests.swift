import Foundation
import JSON
import TestKit
import Testing
import YAML

/// `podium plan` as a user runs it: scenarios from files, what-ifs, comparisons, outputs and mistakes.
@Suite("podium plan")
struct PlanScriptTests {
  static let folder = "Tests/ExamplesTests/Plans"
  static let examples = Places.files(below: "examples/plans", suffix: ".yaml")
  /// A world of eight rows, so that no import changes what is expected here.
  static let world = ["--benchmarks", "\(folder)/rows.csv", "--prices", "\(folder)/prices.json"]
  static let chat = ["-f", "\(folder)/chat.yaml", "--name", "chat"] + world

  static func podium(_ arguments: [String], input: String? = nil) async throws -> CommandResult {
    try await Command.run(
      Places.repository + "/.build/debug/podium", ["plan"] + arguments, input: input, directory: Places.repository, timeout: .seconds(300))
  }

  static let outputs: [(name: String, change: [String])] = [
    ("table", []), ("explained", ["--explain", "--model", "acme/large-70b", "--qps", "1"]),
    ("compared", ["--set", "traffic.expectedQPS=20", "--set", "slo.ttftP95=120", "--compare", "base"]),
    ("manifests", ["-o", "manifests", "--podium-image", "podium:test"]),
    ("owned", ["--pricing", "ownedHardware", "--set", "pricing.powerPriceUSDPerKWh=0.12"]),
    ("compared.json", ["--set", "traffic.expectedQPS=20", "--compare", "base", "-o", "json"]),
    ("refused", ["--set", "slo.ttftP95=30", "--explain"]),
  ]

  /// PODIUM_REWRITE_GOLDEN=1 writes them anew; read the difference before you commit it.
  @Test("prints what it printed", arguments: outputs)
  func golden(_ name: String, _ change: [String]) async throws {
    let result = try await Self.podium(Self.chat + change)
    #expect(result.status == (name == "refused" ? 1 : 0), "\(result.errors)")
    try Self.compare(result.output, with: name + (name.contains(".") ? "" : ".txt"))
  }

  static func compare(_ text: String, with golden: String, in folder: String = folder) throws {
    let path = "\(folder)/Golden/\(golden)"
    if ProcessInfo.processInfo.environment["PODIUM_REWRITE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(Places.repository)/\(path)"))
    }
    let lines = (text.components(separatedBy: "\n"), try Places.text(path).components(separatedBy: "\n"))
    let different = zip(lines.0, lines.1).first { $0 != $1 }
    #expect(lines.0 == lines.1, "\(different.map { "got \($0.0)\nexpected \($0.1)" } ?? "the number of lines differs")")
  }

  @Test("plans every example, and says how it is paid for", arguments: examples)
  func example(_ path: String) async throws {
    let result = try await Self.podium(["-f", path])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("Cost: ") && result.errors.isEmpty)
  }

  @Test("what is saved is planned the same, with changes and options in it")
  func saved() async throws {
    let directory = try TemporaryDirectory()
    let file = "\(directory.path)/saved.yaml"
    let arguments = Self.chat + ["--qps", "7", "--provider", "cheapest", "--set", "weights.cost=0.9", "-o", "json"]
    let first = try await Self.podium(arguments + ["--save", file]).checked()
    let second = try await Self.podium(["-f", file, "-o", "json"] + Self.world).checked()
    #expect(first.output == second.output)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for line in ["name: chat", "expectedQPS: 7", "provider: cheapest", "cost: 0.9"] { #expect(text.contains(line), "\(text)") }
  }

  @Test("several scenarios of several files stand side by side, and the numbers are theirs")
  func compare() async throws {
    let directory = try TemporaryDirectory()
    let other = try directory.write(
      """
      name: gcp-l4
      model: acme/small-8b
      useCase: chatbot_conversational
      traffic: {expectedQPS: 5}
      hardware: {gpuTypes: [L4]}
      pricing: {provider: gcp}
      """, to: "other.yaml")
    let json = try JSONValue(
      parsing: try await Self.podium(Self.chat + ["--compare", other, "\(Self.folder)/chat.yaml", "-o", "json"]).checked().output)
    let names = json["scenarios"]?.array?.compactMap { $0["name"]?.string }
    #expect(names == ["gcp-l4", "chat", "any-model", "chat"])
    let cost = try #require(json["figures"]?.array?.first { $0["figure"] == "costPerMonthUSD" }?["values"]?.array)
    // 12 GPUs at 0.70 USD, 730 hours; two H100 at 4 USD.
    #expect(abs((cost[0]["value"]?.double ?? 0) - 6132) < 1e-6)
    #expect(abs((cost[1]["difference"]?.double ?? 0) - (5840 - 6132)) < 1e-6)
    #expect(abs((cost[1]["differencePercent"]?.double ?? 0) - (5840.0 / 6132 - 1) * 100) < 1e-6)
  }

  @Test("files may be pipes, as those of a shell's <(…)")
  func pipes() async throws {
    let program = "\(Places.repository)/.build/debug/podium"
    let script =
      "'\(program)' plan --name chat -f <(cat \(Self.folder)/chat.yaml) --benchmarks <(cat \(Self.folder)/rows.csv) "
      + "--prices <(echo '{\"H100\": 3}') -o json"
    let result = try await Command.run("bash", ["-c", script], directory: Places.repository, timeout: .seconds(300))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try JSONValue(parsing: result.output)[["selected", "costPerHourUSD"]] == 6)
  }

  @Test("a price of something nobody knows is told, and nothing else changes")
  func unknownPrice() async throws {
    let directory = try TemporaryDirectory()
    let prices = try directory.write(#"{"H100": 4, "H1OO": 1}"#, to: "prices.json")
    let arguments = ["-f", "\(Self.folder)/chat.yaml", "--name", "chat", "--benchmarks", "\(Self.folder)/rows.csv", "--prices", prices]
    let result = try await Self.podium(arguments + ["-o", "json"]).checked()
    #expect(result.errors.contains("is called \"H1OO\"; its price changes nothing; did you mean H100?"), "\(result.errors)")
    #expect(try JSONValue(parsing: result.output)[["selected", "costPerHourUSD"]] == 8)
  }

  @Test("a window that nobody vouches for is no window")
  func context() async throws {
    let result = try await Self.podium(Self.chat + ["--min-context", "4000"])
    #expect(result.status == 1 && result.output.contains("ContextUnknown"), "\(result.output)")
    #expect(result.output.contains("Nobody knows how much these read at a time: acme/small-8b"))
  }

  @Test("spot is taken when it is asked for, and never otherwise")
  func spot() async throws {
    let gpu = ["--gpu", "L4", "--provider", "aws", "-o", "json"]
    let onDemand = try JSONValue(parsing: try await Self.podium(Self.chat + gpu).checked().output)
    #expect(onDemand[["selected", "pricing", "market"]] == "onDemand" && onDemand[["selected", "pricing", "perGPUHourUSD"]] == 0.8)
    let spot = try JSONValue(parsing: try await Self.podium(Self.chat + gpu + ["--spot"]).checked().output)
    #expect(spot[["selected", "pricing", "market"]] == "spot" && spot[["selected", "pricing", "perGPUHourUSD"]] == 0.3)
    #expect(spot[["selected", "why"]]?.strings?.contains { $0.contains("taken back at any time") } == true)
  }

  @Test(
    "the manifests are accepted by the real schemas",
    .enabled(if: Places.shared != nil, "the real CRDs are not beside the repository"))
  func manifests() async throws {
    let directory = try TemporaryDirectory()
    let output = try await Self.podium(Self.chat + ["-o", "manifests"]).checked().output
    #expect(try YAMLParser.documents(output).compactMap { $0["kind"]?.string } == ["InferenceService", "ScaledObject", "PodMonitor"])
    let file = try directory.write(output, to: "objects.yaml")
    let tool = "\(try #require(Places.shared))/tools/validate-manifests"
    let result = try await Command.run("python3", [tool, file])
    #expect(result.succeeded, "\(result.output)\(result.errors)")
    let fixed = try await Self.podium(Self.chat + ["-o", "manifests", "--prometheus", ""]).checked().output
    #expect(try YAMLParser.documents(fixed).compactMap { $0["kind"]?.string } == ["InferenceService"])
  }

  @Test("a picture is drawn, with the chosen plan in it")
  func picture() async throws {
    let directory = try TemporaryDirectory()
    let file = "\(directory.path)/plan.svg"
    try await Self.podium(Self.chat + ["--svg", file]).checked()
    let svg = try String(contentsOfFile: file, encoding: .utf8)
    #expect(svg.hasPrefix("<svg ") && svg.contains(">chosen<") && svg.contains("Pareto front"))
    try Self.compare(svg, with: "plan.svg")
  }

  /// Beside the deployment `chat` in the small world, or alone.
  static let wrong: [(isChat: Bool, arguments: [String], message: String)] = [
    (false, ["-f", "\(folder)/chat.yaml"], "has 2 deployments; name one with --name: chat, any-model"),
    (false, ["-f", "\(folder)/chat.yaml", "--name", "chta"], "has no deployment \"chta\"; write one of chat, any-model"),
    (false, ["-f", "examples/qospolicy.yaml"], "has nothing to plan; write a ModelDeployment"),
    (false, ["-f", "missing.yaml"], "cannot read missing.yaml"),
    (true, ["--set", "trafic.expectedQPS=5"], "did you mean traffic.expectedQPS"),
    (true, ["--set", "traffic.expectedQPS"], "write path=value"),
    (true, ["--set", "traffic.expectedQPS=[1"], "the value is no YAML"),
    (true, ["--set", "traffic.expectedQPS=many"], "traffic.expectedQPS: \"many\" is not possible; write a number"),
    (true, ["--set", "budget.policy=lax"], "write one of strict, flexible, none (--set budget.policy=lax)"),
    (true, ["--set", "minimumConfidence=sure"], "write one of benchmarked, interpolated, estimated"),
    (true, ["--set", "weights={quality: 0, cost: 0, latency: 0, simplicity: 0}"], "planning.weights: are all 0"),
    (true, ["--set", "planning.weights.cost=-1"], "planning.weights.cost: -1 is not possible; write a number from 0"),
    (true, ["--set", "weights.latency=.nan"], "planning.weights.latency"),
    (true, ["--compare", "base"], "nothing to compare"),
    (true, ["--prices", "Tests"], "cannot read Tests: it is a folder"),
    (true, ["--qps", "0"], "write a number from 0.000001 to 1000000"),
    (true, ["--exclude-model", "acmee"], "planning.excludedModels: \"acmee\" is not known"),
    (true, ["--exclude-model", "acme", "--model", "acme/small-8b"], "model and planning.excludedModels contradict each other"),
    (true, ["--min-context", "0"], "planning.minimumContextTokens: 0 is not possible"),
    (true, ["--provider", "awz"], "pricing.provider: \"awz\" is not known; did you mean aws"),
    (true, ["--qps=-1"], "(--qps -1)"),
    (true, ["--qps", "nan"], "traffic.expectedQPS: \"nan\" is not possible; write a number from"),
    (false, ["--name", "chat"], "write -f FILE"),
    (true, ["-o", "manifests", "--compare", "examples/plans/chatbot.yaml"], "renders one plan"),
    (false, ["--use-case", "chatbot_conversational"], "traffic.expectedQPS"),
  ]

  @Test("a mistake is said with its place and what to write, and the exit status is that of a wrong command", arguments: wrong)
  func mistakes(_ isChat: Bool, _ arguments: [String], _ expected: String) async throws {
    let result = try await Self.podium(isChat ? Self.chat + arguments : arguments)
    #expect(result.status == 64, "\(result.output)\(result.errors)")
    #expect(result.errors.contains(expected), "\(result.errors)")
  }

  @Test("a mistake in a file has its line")
  func lines() async throws {
    let text = """
      # a scenario
      useCase: chatbot_conversational
      traffic:
        expectedQPS: 5
        peakQPS: lots
      budgets: {maxMonthlyUSD: 5}
      """
    let unknown = try await Self.podium(["-f", "-"], input: text)
    #expect(
      unknown.status == 64 && unknown.errors.contains("standard input:6: budgets is no field; did you mean budget"), "\(unknown.errors)")
    let wrong = try await Self.podium(["-f", "-"], input: text.replacingOccurrences(of: "budgets", with: "budget"))
    #expect(wrong.errors.contains("standard input:5: traffic.peakQPS: \"lots\" is not possible; write a number"), "\(wrong.errors)")
    let manifest = "kind: ModelDeployment\nmetadata: {name: a}\nspec:\n  useCase: chatbot\n  traffic: {expectedQPS: 1}\n"
    let name = try await Self.podium(["-f", "-"], input: manifest)
    #expect(
      name.errors.contains("standard input:4: useCase: \"chatbot\" is not known; did you mean chatbot_conversational"), "\(name.errors)")
    let broken = try await Self.podium(["-f", "-"], input: "a: [1")
    #expect(broken.status == 64 && broken.errors.contains("standard input:"), "\(broken.errors)")
  }
}
