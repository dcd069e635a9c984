import ArgumentParser
import Console
import Foundation
import Intent
import JSON
import KnowledgeBase
import Planning
import YAML

/// From a sentence to ranked plans.
struct RecommendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recommend", abstract: "Say in your own words what you want to run, and get ranked plans.",
    discussion: """
      podium recommend "I need a chatbot for 1000 users, low latency is critical"
      podium recommend "summarize reports for 50 analysts" -o spec > spec.yaml    (edit it, then: podium plan -f spec.yaml)

      Rules read the text; nothing leaves this machine. With --llm a language model that you name reads it too, and every value of its \
      answer is checked against your words. On a terminal it asks for what is missing; "I don't know" is an answer.

      Exit status: 0 with a plan, 1 when nothing known can do it, 64 when the request makes no sense.
      """)

  enum Output: String, ExpressibleByArgument, CaseIterable { case table, json, yaml, spec, manifests }

  @Argument(help: "What you want to run; - reads it from standard input.") var text: [String] = []
  @Option(
    name: .customLong("answer"),
    help: ArgumentHelp("An answer to a question: useCase, users, priority or maxMonthlyUSD; repeat for several.", valueName: "field=text"))
  var answers: [String] = []
  @Flag(help: "Ask nothing; take defaults for what is missing, and say so.") var noInput = false
  @Flag(help: "Open the specification in $EDITOR before planning.") var edit = false
  @Option(name: .shortAndLong, help: "table, json, yaml, spec (a ModelDeployment to edit) or manifests.") var output = Output.table
  @OptionGroup var languageModel: LanguageModelOptions
  @OptionGroup var facts: FactOptions

  func run() async throws {
    let text = try sentence()
    let knowledge = try facts.load()
    var sentence = await Sentence.read(text, model: try languageModel.client(), knowledge: knowledge)
    sentence.take(try given(), knowledge: knowledge)
    if !noInput, Terminal.isInteractive { Interview(knowledge: knowledge).hold(&sentence.understanding) }
    do {
      // Rows of one's own are the whole answer, as for podium plan.
      let least: CapacityPlan.Confidence? = facts.benchmarks == nil ? nil : .benchmarked
      var advice = try Advice(sentence, knowledge: knowledge, minimumConfidence: least)
      if edit { advice = try SpecificationEditor(noInput: noInput).edited(advice, text: text, knowledge: knowledge) }
      try show(advice, text)
      if case .noViablePlan = advice.result, output != .spec { throw ExitCode(1) }
    } catch let problem as PlanProblem {
      throw ValidationError("\(problem)")
    }
  }

  private func show(_ advice: Advice, _ text: String) throws {
    switch output {
    case .table: print(AdviceText(advice, isInteractive: Terminal.isInteractive && !noInput).text, terminator: "")
    case .json: print(AdviceReport.json(advice).text(.indented))
    case .yaml: print(YAMLWriter.text(AdviceReport.json(advice)), terminator: "")
    case .spec: print(SpecificationText.yaml(advice, from: text), terminator: "")
    case .manifests: print(try RecommendationManifests.yaml(advice), terminator: "")
    }
  }

  private func sentence() throws -> String {
    var sentence = text.joined(separator: " ")
    if sentence == "-" { sentence = Terminal.standardInput(limit: Extractor.maximumLength * 4) }
    if text.isEmpty, Terminal.isInteractive, !noInput { sentence = Terminal.ask("What do you want to run? ") ?? "" }
    guard sentence.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("say what you want to run, such as \"a chatbot for 1000 users, low latency is critical\"")
    }
    guard sentence.unicodeScalars.count <= Extractor.maximumLength else {
      throw ValidationError("the text has \(sentence.unicodeScalars.count) characters; write at most \(Extractor.maximumLength)")
    }
    return sentence
  }

  private func given() throws -> [Field: String] {
    let names: [String: Field] = ["useCase": .useCase, "users": .users, "priority": .priority, "maxMonthlyUSD": .maxMonthlyUSD]
    var given: [Field: String] = [:]
    for answer in answers {
      let parts = answer.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let field = names[parts[0]] else {
        throw ValidationError("--answer \(answer): write FIELD=TEXT with one of \(names.keys.sorted().joined(separator: ", "))")
      }
      given[field] = parts[1]
    }
    return given
  }
}

/// Whom to ask besides the rules.
struct LanguageModelOptions: ParsableArguments {
  @Option(
    name: .customLong("llm"),
    help: ArgumentHelp("Send the text to this language model: an OpenAI-compatible server, or Ollama.", valueName: "url"))
  var url: String?
  @Option(name: .customLong("llm-model"), help: ArgumentHelp("Its model; without it the first that the server lists.", valueName: "name"))
  var model: String?
  @Option(name: .customLong("llm-key-file"), help: ArgumentHelp("A file with the key that the server asks for.", valueName: "file"))
  var keyFile: String?
  @Option(name: .customLong("llm-timeout"), help: ArgumentHelp("Seconds to wait for it.", valueName: "seconds")) var timeout = 30.0

  /// `nil` unless a URL is given: nothing is sent to anybody else.
  func client() throws -> LanguageModelClient? {
    guard let url else {
      guard model == nil, keyFile == nil else { throw ValidationError("--llm-model and --llm-key-file need --llm URL") }
      return nil
    }
    guard (0.1...600).contains(timeout) else { throw ValidationError("--llm-timeout must be between 0.1 and 600 seconds") }
    let key = try keyFile.map { try SecretFile.read($0, option: "--llm-key-file") }
    guard let endpoint = LanguageModelEndpoint(url: url, model: model, key: key, timeout: .seconds(timeout)) else {
      throw ValidationError("--llm \(url): write a URL such as http://127.0.0.1:11434 or https://HOST/v1, without a user name")
    }
    return LanguageModelClient(endpoint)
  }
}
