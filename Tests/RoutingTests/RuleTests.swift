import JSON
import PolicyFormat
import Routing
import Testing
import YAML

@Suite("Rules of the operator's own")
struct RuleTests {
  let models = [
    Sample.model("cheap", quality: 0.5, price: 0.1, capabilities: ["tools"]), Sample.model("dear", quality: 0.6, tier: .high, price: 2),
  ]

  @Test("A rule excludes, requires or prefers models, by request, facts and live facts")
  func effects() throws {
    let router = try Sample.router(
      models,
      rules: """
        - {name: no tools for the bank, when: "request.tenant == 'bank'", exclude: "'tools' in model.capabilities"}
        - {name: high only, when: "request.team == 'legal'", require: "model.qualityTier == 'high'"}
        - {name: likes dear, when: "request.team == 'fans'", prefer: "model.name == 'dear'", factor: 10}
        - {name: idle, when: "request.key == 'k'", exclude: live.load > 0.5}
        """)
    #expect(router.chosen(router.select(Sample.request())) == "cheap")
    let bank = router.select(Sample.request { $0.tenant = "bank" })
    #expect(router.names(bank) == ["dear"] && router.reason("cheap", bank) == .rule(0))
    #expect(router.sentence(for: bank.rejected[0], request: Sample.request()) == "cheap is ruled out by rule 'no tools for the bank'.")
    #expect(router.names(router.select(Sample.request { $0.team = "legal" })) == ["dear"])
    #expect(router.names(router.select(Sample.request { $0.team = "fans" })) == ["dear", "cheap"])
    var live = LiveFacts(backends: [LiveBackend(), LiveBackend()])
    live.backends[0].load = 0.9
    #expect(router.names(router.select(Sample.request { $0.key = "k" }, live: live)) == ["dear"])
  }

  @Test("A rule of weights changes what counts")
  func weights() throws {
    let router = try Sample.router(
      models, rules: #"[{name: quality, when: "request.taskType == 'completion'", weights: {quality: 100, cost: 0}}]"#)
    #expect(router.chosen(router.select(Sample.request { $0.complexity = .simple })) == "dear")
  }

  @Test("A rule that fails while it runs is skipped and counted, and the request is answered")
  func failing() throws {
    let router = try Sample.router(
      models,
      rules: """
        - {name: no limit, exclude: request.costLimit < 1.0}
        - {name: fails once, require: "1 / (model.contextWindow - 8192) > 0"}
        - {name: holds, exclude: "model.name == 'cheap'"}
        """)
    let selection = router.select(Sample.request())
    #expect(selection.failedRules == [0, 1])
    #expect(router.names(selection) == ["dear"])
    #expect(router.select(Sample.request { $0.costLimitUSD = 5 }).failedRules == [1])
  }

  @Test("A rule that would run for ever is stopped")
  func bounded() throws {
    let list = "[" + (0..<100).map(String.init).joined(separator: ",") + "]"
    let router = try Sample.router(
      models, rules: "[{name: slow, exclude: \"\(list).all(a, \(list).all(b, \(list).all(c, a + b + c >= 0)))\"}]")
    #expect(router.select(Sample.request()).failedRules == [0])
  }

  @Test("What a rule says of the catalogue alone holds for each model by itself")
  func fixed() throws {
    let router = try Sample.router(
      models + [Sample.model("plain")],
      rules: """
        - {name: fails for some, exclude: "model.labels.region == 'eu'"}
        - {name: tools or high, require: "'tools' in model.capabilities || model.qualityTier == 'high'"}
        - {name: by name, prefer: "model.name == 'dear'", factor: 5}
        """)
    for _ in 0..<2 {
      let selection = router.select(Sample.request())
      #expect(router.names(selection) == ["dear", "cheap"] && router.reason("plain", selection) == .rule(1))
      #expect(selection.failedRules == [0])
    }
  }

  @Test(
    "A rule that cannot be meant is refused with its path, line and column",
    arguments: [
      (#"{name: x, exclude: "model.nmae == 'a'"}"#, "rules[0].exclude: line 1, column 6: undefined field 'nmae'"),
      (#"{name: x, exclude: "model.name =="}"#, "rules[0].exclude: line 1, column "),
      (#"{name: x, when: "model.name == 'a'", exclude: "true"}"#, "rules[0].when: line 1, column 1: undeclared reference to 'model'"),
      (
        #"{name: x, require: "request.maxTokens + 1"}"#,
        "rules[0].require: line 1, column 1: the rule gives int; write what is true or false"
      ),
      (#"{name: x, prefer: "true"}"#, "rules[0].factor: must stand beside prefer"),
      (#"{name: x, exclude: "true", require: "true"}"#, "rules[0]: does several things: write exactly one of"),
      (#"{name: x}"#, "rules[0]: does nothing: write exactly one of"),
      (#"{exclude: "true"}"#, "rules[0].name: is missing"),
      (#"{name: x, weights: {quality: 0, latency: 0, cost: 0, headroom: 0}}"#, "rules[0].weights: are all 0"),
      (#"{name: x, exclud: "true"}"#, "rules[0].exclud: is not a field: write one of name, when, exclude"),
    ])
  func refused(rule: String, message: String) throws {
    let error = #expect(throws: PolicyError.self) { try Sample.router(models, rules: "[\(rule)]") }
    #expect("\(error.map { "\($0)" } ?? "")".hasPrefix(message), "\(error.map { "\($0)" } ?? "")")
  }
}
