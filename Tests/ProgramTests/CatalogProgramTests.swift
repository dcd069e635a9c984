import Foundation
import JSON
import TestKit
import Testing

/// `podium catalog` as a user runs it.
@Suite struct `The catalogue of a user` {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// With a home of its own, so that nothing of this machine's user is read or written.
  private func podium(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws -> CommandResult {
    let home = ["XDG_DATA_HOME": folder.path, "PODIUM_DATABASE": ""]
    return try await Command.run(RunningDev.program, arguments, input: input, environment: home.merging(environment) { $1 })
  }

  private func plans(_ environment: [String: String] = [:], _ arguments: String...) async throws -> JSONValue {
    let result = try await Command.run(
      RunningDev.program,
      ["plan", "--use-case", "chatbot_conversational", "--qps", "5", "--budget-policy", "strict", "-o", "json"] + arguments,
      environment: ["XDG_DATA_HOME": folder.path, "PODIUM_DATABASE": ""].merging(environment) { $1 })
    return try JSONValue(parsing: try result.checked().output)
  }

  @Test func `is planned with once something was imported, and is not harmed by a file that is wrong`() async throws {
    let good = try folder.write(
      "model,accelerator,gpus,prompt_tokens,output_tokens,requests_per_second,ttft_p95_ms,itl_p95_ms,e2e_p95_ms\n"
        + "acme/tiny,L4,1,512,256,90,10,2,300\n", to: "good.csv")
    let bad = try folder.write(
      "model,accelerator,gpus,prompt_tokens,output_tokens,requests_per_second,ttft_p95_ms,itl_p95_ms,e2e_p95_ms\n"
        + "acme/other,L4,1,512,256,90,10,2,300\nacme/wrong,L4,1,512,256,90,nan,2,300\n", to: "bad.csv")
    #expect(try await plans()["selected"]?["model"]?.string != "acme/tiny")
    let imported = try await podium("catalog", "import", good).checked()
    #expect(imported.output.contains("1 benchmarks (0 replaced)"), "\(imported.output)")
    #expect(try await plans()["selected"]?["model"]?.string == "acme/tiny")
    #expect(try await plans([:], "--database", "shipped")["selected"]?["model"]?.string != "acme/tiny")

    let refused = try await podium("catalog", "import", good, bad)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("bad.csv, line 3, column 7: ttft_p95_ms: \"nan\" is not a number above 0"), "\(refused.errors)")
    let rows = try JSONValue(parsing: try await podium("catalog", "list", "benchmarks", "--model", "acme", "-o", "json").checked().output)
    #expect(rows.array?.count == 1 && rows[0]?["source"]?.string?.contains("good.csv, line 2") == true, "\(rows.text())")

    let price = try await podium("catalog", "import", "-", input: #"{"L4": 1.5}"#).checked()
    #expect(price.output.contains("0 new and 1 changed facts"), "\(price.output)")
    #expect(try await plans()["selected"]?["costPerHourUSD"]?.double == 1.5)
    let all = try await podium("catalog", "export").checked().output
    let copied = try await podium("catalog", "import", "-", "--database", "\(folder.path)/copy.sqlite", input: all).checked()
    #expect(copied.output.contains("1 benchmarks (0 replaced), 5690 that ship with the program"), "\(copied.output)")
    #expect(try await plans([:], "--database", "\(folder.path)/copy.sqlite") == plans())
  }

  @Test func `is checked with an exit status`() async throws {
    #expect(try await podium("catalog", "validate").status == 0)
    let strict = try await podium("catalog", "validate", "--strict")
    #expect(strict.status == 1)
    #expect(strict.output.contains("warning: 2 accelerators with benchmarks and without a price"), "\(strict.output)")
    let missing = try await podium("catalog", "validate", "--database", "\(folder.path)/none.sqlite")
    #expect(missing.status == 1 && missing.errors.contains("there is no such file"), "\(missing.errors)")
    let shipped = try await podium("catalog", "import", "-", "--database", "shipped", input: "{}")
    #expect(!shipped.succeeded && shipped.errors.contains("cannot be changed"), "\(shipped.errors)")
  }

  @Test(.enabled(if: PostgresServer.programs != nil, "there is no PostgreSQL; hack/setup test installs it"))
  func `is a PostgreSQL with the password in PGPASSWORD, which is never printed`() async throws {
    let server = try await PostgresServer.start()
    let database = ["PODIUM_DATABASE": "postgres://\(PostgresServer.user)@127.0.0.1:\(server.port)/postgres?sslmode=require"]
    let environment = database.merging(["PGPASSWORD": PostgresServer.password]) { $1 }
    let good = try folder.write(
      "model,accelerator,gpus,prompt_tokens,output_tokens,requests_per_second,ttft_p95_ms,itl_p95_ms,e2e_p95_ms\n"
        + "acme/tiny,L4,1,512,256,90,10,2,300\n", to: "good.csv")
    let imported = try await podium("catalog", "import", good, environment: environment).checked()
    #expect(imported.output.contains("imported into postgres://podium@127.0.0.1:\(server.port)/postgres"), "\(imported.output)")
    #expect(try await server.sql("SELECT model_hf_repo FROM exported_summaries") == "acme/tiny")
    #expect(try await plans(environment)["selected"]?["model"]?.string == "acme/tiny")
    try await server.stop()
    let away = try await podium("catalog", "list", environment: environment)
    #expect(away.status == 1 && away.errors.contains("cannot be reached"), "\(away.errors)")
    for text in [imported.output, imported.errors, away.output, away.errors] { #expect(!text.contains(PostgresServer.password)) }
  }

  @Test(.enabled(if: PostgresServer.programs != nil, "there is no PostgreSQL; hack/setup test installs it"))
  func `that goes away is a warning on every deployment until it is back`() async throws {
    let server = try await PostgresServer.start()
    let environment = ["PODIUM_DATABASE": server.url()]
    let good = try folder.write(
      "model,accelerator,gpus,prompt_tokens,output_tokens,requests_per_second,ttft_p95_ms,itl_p95_ms,e2e_p95_ms\n"
        + "acme/tiny,L4,1,512,256,90,10,2,300\n", to: "good.csv")
    try await podium("catalog", "import", good, environment: environment).checked()
    let dev = try await RunningDev.start(environment: environment)
    try await dev.apply(
      """
      {apiVersion: qos.maas.io/v1, kind: ModelDeployment, metadata: {name: tiny},
       spec: {useCase: chatbot_conversational, model: acme/tiny, traffic: {expectedQPS: 1}, serving: {runtime: simulator}}}
      """)
    func condition(_ type: String) async throws -> String {
      let conditions = try await dev.json("modeldeployment/tiny")[["status", "conditions"]]?.array ?? []
      let found = conditions.first { $0["type"]?.string == type }
      return found.map { "\($0["status"]?.string ?? "") \($0["message"]?.string ?? "")" } ?? ""
    }
    try await eventually("it is planned") { try await condition("Planned").hasPrefix("True ") }
    #expect(try await condition("FactsOutdated").isEmpty)
    try await server.stop()
    try await eventually("a condition warns", within: .seconds(90)) { try await condition("FactsOutdated").hasPrefix("True ") }
    let message = try await condition("FactsOutdated")
    #expect(message.contains("cannot be reached") && !message.contains(PostgresServer.password), "\(message)")
    #expect(try await condition("Planned").hasPrefix("True "))
    try await server.launch()
    try await eventually("the warning is gone", within: .seconds(90)) { try await condition("FactsOutdated").isEmpty }
    #expect(try await dev.process.stop() == 0)
  }
}
