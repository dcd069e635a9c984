import JSON
import PolicyFormat
import Routing
import TestKit
import Testing
import YAML

@Suite("A file of models")
struct CatalogueFileTests {
  @Test("The example is read, and chooses")
  func example() throws {
    let document = try #require(try YAMLParser.documents(try Places.text("examples/models.yaml")).first)
    let configuration = try RoutingConfiguration(json: document)
    #expect(configuration.models.count == 4 && configuration.rules.rules.count == 4 && configuration.memoryReserveBytes == 1_000_000_000)
    let router = configuration.router
    let bank = router.select(Sample.request(.reasoning) { ($0.tenant, $0.complexity) = ("bank", .complex) })
    #expect(router.names(bank) == ["llama-3.1-8b-instruct"] && bank.failedRules.isEmpty)
    #expect(router.chosen(router.select(Sample.request(.embedding))) == "nomic-embed-text")
    let pressed = LiveFacts(host: LiveHost(memoryPressure: 0.95, roomBytes: 100_000_000_000))
    #expect(router.select(Sample.request(.embedding), live: pressed).chosen == nil)
    let local = try #require(router.catalog.index(of: "gemma-2-9b-it"))
    #expect(configuration.models[local].backends == [ModelBackend(kind: .ollama, url: "http://127.0.0.1:11434", model: "gemma2:9b")])
    #expect(configuration.models[local].memoryBytes == 6_500_000_000)
  }

  static let mistakes: [(path: [String], value: JSONValue, message: String)] = [
    (["name"], 7, "models[0].name: is 7: write a string"),
    (["name"], "", "models[0].name: must have 1 to 256 bytes"),
    (["contextWindow"], 0, "models[0].contextWindow: is 0: write tokens, 1 or more"),
    (["contextWindow"], .null, "models[0].contextWindow: is missing"),
    (["qualityTier"], "best", "models[0].qualityTier: is 'best': write one of basic, good, high, exceptional"),
    (["speed"], "warp", "models[0].speed: is 'warp': write one of fast, medium, slow"),
    (["tasks"], [:], "models[0].tasks: is missing: write at least one task"),
    (
      ["tasks"], ["singing": 1],
      "models[0].tasks.singing: is no type of task: write one of completion, reasoning, code, embedding, analysis"
    ),
    (["tasks"], ["code": 1.5], "models[0].tasks.code: is 1.5: write a share from 0 to 1"),
    (["tasks"], ["code": ["score": -1]], "models[0].tasks.code.score: is -1.0: write a share from 0 to 1"),
    (
      ["tasks"], ["code": ["score": 0.5, "byPromptTokens": [["upTo": 9, "score": 1], ["upTo": 9, "score": 1]]]],
      "models[0].tasks.code.byPromptTokens[1].upTo: must be a number of tokens above"
    ),
    (["backends"], [], "models[0].backends: has 0: write 1 to 16 places"),
    (["backends"], [["pool": "a", "openai": "http://a"]], "models[0].backends[0]: says several places: write exactly one of"),
    (["backends"], [["model": "a"]], "models[0].backends[0]: says nowhere"),
    (["backends"], [["openai": "ftp://a"]], "models[0].backends[0].openai: is no address: write http://HOST:PORT"),
    (["backends"], [["ollama": "http://me:secret@a"]], "models[0].backends[0].ollama: holds a user name or password"),
    (["price"], ["inputPerMillionTokensUSD": 1], "models[0].price.outputPerMillionTokensUSD: is missing: write US dollars"),
    (["price"], ["inputPerMillionTokensUSD": -1, "outputPerMillionTokensUSD": 1], "models[0].price.inputPerMillionTokensUSD: is -1.0"),
    (["memoryGB"], -1, "models[0].memoryGB: is -1.0: write GB from 0"),
    (["capabilities"], ["a", "a"], "models[0].capabilities[1]: 'a' is empty, too long or given twice"),
    (["fallbacks"], ["b"], "models[0].fallbacks[0]: 'b' is no model: write one of a"),
    (["fallbacks"], ["a"], "models[0].fallbacks[0]: is the model itself"),
    (["labels"], ["x": 1], "models[0].labels.x: is 1: write a string"),
    (["colour"], "red", "models[0].colour: is not a field: write one of name, contextWindow"),
  ]

  @Test("A mistake is told with its field and what to write", arguments: mistakes.indices)
  func mistake(index: Int) throws {
    let mistake = Self.mistakes[index]
    var model = try Sample.modelJSON()
    model[mistake.path] = mistake.value
    let error = #expect(throws: PolicyError.self) { try RoutingConfiguration(json: ["models": [model]]) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.hasPrefix(mistake.message), "\(text)")
  }

  @Test("What the whole file gets wrong is told too")
  func whole() throws {
    let model = try Sample.modelJSON()
    let files: [(JSONValue, String)] = [
      ([], "is a list: write an object"), ([:], "models: is missing"), (["models": []], "models: is missing"),
      (["models": [model, model]], "models[1].name: 'a' is given twice"), (["models": [model], "modles": []], "modles: is not a field"),
      (["models": [model], "weights": ["cost": -1]], "weights.cost: is -1.0: write a weight from 0 to 1000"),
      (["models": [model], "memory": ["reserveGB": -1]], "memory.reserveGB: is -1.0"),
      (["models": .array(Array(repeating: model, count: 1001))], "models: has 1001 models: write at most 1000"),
    ]
    for (file, message) in files {
      let error = #expect(throws: PolicyError.self) { try RoutingConfiguration(json: file) }
      #expect("\(error.map { "\($0)" } ?? "")".hasPrefix(message))
    }
  }
}
