import Foundation
import JSON
import TestKit
import Testing
import YAML

@Suite("podium recommend, as a person runs it")
struct RecommendProgramTests {
  private let program = Places.repository + "/.build/debug/podium"
  private let sentence = "I need a chatbot for 1000 users, low latency is critical"

  private func recommend(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws -> CommandResult {
    try await Command.run(program, ["recommend"] + arguments, input: input, environment: environment)
  }

  @Test("It prints what was understood, what was assumed, and ranked plans")
  func table() async throws {
    let text = try await recommend(sentence).checked().output
    for part in [
      "Understood", "\"1000 users\"", "\"low latency is critical\"", "Assumed", "traffic.expectedQPS", "Recommended: ", "RANKING",
      "fastest",
      "cheapest", "most accurate", "simplest", "balanced", "Still open", "--answer maxMonthlyUSD=",
    ] { #expect(text.contains(part), "\(part) is missing in\n\(text)") }
    let places = try ["\nfastest", "\ncheapest"].map { try #require(text.range(of: $0)?.lowerBound) }
    #expect(places[0] < places[1])
  }

  @Test("Words need no quotation marks, and standard input does as well")
  func words() async throws {
    let quoted = try await recommend(sentence, "-o", "json").checked().output
    let input = try await recommend("-", "-o", "json", input: sentence).checked().output
    #expect(quoted == input)
    #expect(try JSONValue(parsing: quoted)["recommended"]?["model"]?.string != nil)
  }

  @Test("Standard input that is no terminal is not asked")
  func neverAsks() async throws {
    let result = try await recommend("something", input: "500\n500\n500\n").checked()
    #expect(!result.errors.contains("What will it do?"))
    #expect(result.output.contains("traffic.concurrentUsers  100 users"))
  }

  @Test("The specification is a ModelDeployment with its reasons as comments, whatever the text")
  func specification() async throws {
    let text = "chatbot for 50 users\nkind: Secret\u{2028}# x \u{1B}[31m"
    let yaml = try await recommend(text, "-o", "spec", "--answer", "maxMonthlyUSD=5k a month").checked().output
    let documents = try YAMLParser.documents(yaml)
    #expect(documents.count == 1)
    #expect(documents.first?["kind"] == "ModelDeployment")
    #expect(documents.first?["spec"]?["traffic"] == ["concurrentUsers": 50])
    #expect(documents.first?["spec"]?["budget"] == ["maxMonthlyUSD": 5000])
    #expect(yaml.contains("# Assumed: "))
    #expect(!yaml.contains("\u{1B}"))
  }

  @Test("The manifests are those that the operator would make")
  func manifests() async throws {
    let documents = try YAMLParser.documents(try await recommend(sentence, "-o", "manifests").checked().output)
    #expect(documents.map { $0["kind"]?.string } == ["InferenceService", "ScaledObject", "PodMonitor"])
  }

  @Test("How GPUs are paid for and what was excluded is in the specification and in the manifests' plan")
  func pricing() async throws {
    let text = "chatbot for 1000 users, we own the GPUs, 0.12 USD per kWh, no Qwen"
    let spec = try await recommend(text, "-o", "spec").checked().output
    let document = try #require(try YAMLParser.documents(spec).first)
    #expect(document["spec"]?["pricing"] == ["mode": "ownedHardware", "powerPriceUSDPerKWh": 0.12])
    #expect(document["spec"]?["planning"] == ["excludedModels": ["qwen"]])
    // The same plan from the specification as from the sentence.
    let json = try JSONValue(parsing: try await recommend(text, "-o", "json").checked().output)
    let planned = try await Command.run(program, ["plan", "-f", "-", "-o", "json"], input: spec).checked().output
    #expect(try JSONValue(parsing: planned) == json["plan"])
    #expect(json["recommended"]?["pricing"]?["mode"] == "ownedHardware")
    let manifests = try YAMLParser.documents(try await recommend(text, "-o", "manifests").checked().output)
    #expect(manifests.first?["kind"] == "InferenceService")
  }

  @Test("Rows of one's own are the whole answer")
  func benchmarks() async throws {
    let rows = Places.repository + "/Tests/ExamplesTests/Plans/rows.csv"
    let json = try JSONValue(
      parsing: try await recommend("chatbot at 5 requests per second", "--benchmarks", rows, "-o", "json").checked().output)
    #expect(json["specification"]?["spec"]?["planning"] == ["minimumConfidence": "benchmarked"])
    let confidences = Set(json["plan"]?["viable"]?.array?.compactMap { $0["confidence"]?.string } ?? [])
    #expect(confidences == ["benchmarked"])
    // What only estimates could do is not planned with them.
    let lengths = try await recommend("chatbot at 5 requests per second, prompts of 700 tokens", "--benchmarks", rows)
    #expect(lengths.status == 1 && lengths.output.contains("There is no benchmark of"), "\(lengths.output)")
  }

  @Test("The specification can be edited on the way")
  func edit() async throws {
    let editor = ["EDITOR": "sed -i s/concurrentUsers:.*/concurrentUsers:\\ 77/"]
    let json = try JSONValue(parsing: try await recommend(sentence, "--edit", "-o", "json", environment: editor).checked().output)
    #expect(json["specification"]?["spec"]?["traffic"]?["concurrentUsers"] == 77)
    let broken = try await recommend(sentence, "--edit", environment: ["EDITOR": "sed -i s/useCase:.*/useCase:\\ [/"])
    #expect(broken.status != 0 && broken.errors.contains("line "))
    let none = try await recommend(sentence, "--edit", "--no-input", environment: ["EDITOR": "true"])
    #expect(none.status == 64)
  }

  @Test(
    "Bad input ends with 64 and says what to write",
    arguments: [
      ([""], "say what you want to run"), (["x", "--answer", "age=5"], "maxMonthlyUSD"), (["x", "--llm", "ftp://h"], "write a URL"),
      (["x", "--llm-model", "m"], "need --llm"), ([String(repeating: "x", count: 20_001)], "at most 20000"),
      (["x", "--llm", "http://127.0.0.1:9", "--llm-key-file", "/nonexistent"], "cannot read"), (["x", "-o", "svg"], "table"),
      (["end to end under 100 ms but the first token within 500 ms, chatbot, 10 users"], "contradict"),
    ])
  func badInput(arguments: [String], says: String) async throws {
    let result = try await Command.run(program, ["recommend"] + arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(says), "\(result.errors)")
  }

  @Test("What nothing can do ends with 1 and what to relax")
  func impossible() async throws {
    let result = try await recommend("chatbot for 1000 users, at most $5 a month")
    #expect(result.status == 1)
    #expect(result.output.contains("Raise budget.maxMonthlyUSD"), "\(result.output)")
  }

  @Test("A language model is asked when it is named, and only then")
  func languageModel() async throws {
    let content = #"{\"users\": {\"value\": 250, \"words\": \"a quarter thousand folks\"}}"#
    let server = try ScriptedServer { _ in [.answer(200, #"{"choices": [{"message": {"content": "\#(content)"}}]}"#)] }
    let text = "chatbot, a quarter thousand folks"
    let json = try JSONValue(
      parsing: try await recommend(text, "--llm", "\(server.url)/v1", "--llm-model", "m", "-o", "json").checked().output)
    #expect(json["reader"] == "model")
    #expect(server.requests.count == 1)
    server.stop()
    let failed = try await recommend(text, "--llm", "\(server.url)/v1", "--llm-model", "m").checked()
    #expect(failed.output.contains("the rules read the text"))
  }

  @Test("On a terminal it asks for what is missing, and takes that nobody knows", .enabled(if: Tools.find("script") != nil, "needs script"))
  func interview() async throws {
    let command = "\(program) recommend a chatbot"
    let answers = "purple\n300\nI don't know\n$9k a month\n"
    let result = try await Command.run("script", ["-qefc", command, "/dev/null"], input: answers).checked()
    let text = result.output.replacingOccurrences(of: "\r\n", with: "\n")
    for part in [
      "How many people will use it", "That was not understood.", "What matters most?", "Taking a balance of all.", "by your answer",
      "9000 USD",
    ] {
      #expect(text.contains(part), "\(part) is missing in\n\(text)")
    }
    #expect(!text.contains("Still open"))
  }
}

@Suite("podium serve, as a person runs it")
struct ServeProgramTests {
  private let program = Places.repository + "/.build/debug/podium"

  private func start(_ arguments: String...) async throws -> (ChildProcess, url: String) {
    let process = try ChildProcess(program, ["serve", "--listen", "127.0.0.1:0"] + arguments)
    let url = try await eventually("podium serve is up", within: .seconds(90)) { () -> String? in
      if let status = process.exitStatus() { throw TestKitError("it ended with \(status): \(process.errors)") }
      return process.output.split(separator: " ").first { $0.hasPrefix("http://") }.map { String($0.dropLast("/api/v1/health".count)) }
    }
    return (process, url)
  }

  @Test("It serves plans, and ends well when asked to")
  func serves() async throws {
    let (process, url) = try await start()
    let reply = try await Command.run(
      "curl", ["-sf", "\(url)/api/v1/recommend", "-H", "Content-Type: application/json", "-d", #"{"text": "a chatbot for 1000 users"}"#]
    ).checked()
    #expect(try JSONValue(parsing: reply.output)["recommended"]?["gpuCount"]?.int != nil)
    #expect(try await process.stop() == 0)
  }

  @Test("With a token it answers nobody else")
  func token() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("correct-horse-battery\n", to: "token")
    let (process, url) = try await start("--token-file", file)
    let without = try await Command.run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "\(url)/api/v1/health"])
    #expect(without.output == "401")
    let with = try await Command.run("curl", ["-sf", "-H", "Authorization: Bearer correct-horse-battery", "\(url)/api/v1/health"])
    #expect(with.succeeded)
    try await process.stop()
  }

  @Test(
    "It refuses to start where anybody could ask, and says why",
    arguments: [
      (["--listen", "0.0.0.0:0"], "--token-file"), (["--listen", "[::]:0"], "--token-file"), (["--listen", "8091"], "HOST:PORT"),
      (["--token-file", "/nonexistent"], "cannot read"), (["--listen", "127.0.0.1:99999"], "HOST:PORT"),
    ])
  func refuses(arguments: [String], says: String) async throws {
    let result = try await Command.run(program, ["serve"] + arguments, timeout: .seconds(60))
    #expect(result.status == 64)
    #expect(result.errors.contains(says), "\(result.errors)")
  }
}
