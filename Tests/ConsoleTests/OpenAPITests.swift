import Console
import JSON
import TestKit
import Testing

/// Other people's readers of our document, from PyPI; hack/setup test installs them.
@Suite("The OpenAPI document")
struct OpenAPITests {
  @Test("It names every route once, and each with a unique id")
  func routes() async throws {
    let document = try await Sample.api().get("/openapi.json").json
    #expect(document["openapi"] == "3.1.0")
    var ids: [String] = []
    for path in document["paths"]?.object ?? [:] {
      for method in path.value.object ?? [:] { ids.append(method.value["operationId"]?.string ?? path.key) }
    }
    #expect(Set(ids).count == ids.count)
    #expect(ids.count == (try Sample.api().operations.count))
    #expect(document["security"] == nil)
  }

  @Test("With a token it says how to show it")
  func security() async throws {
    let api = try Sample.api(access: .network(token: "0123456789abcdef"))
    let reply = await api.answer(ConsoleRequest("GET", "/openapi.json", authorization: "Bearer 0123456789abcdef"))
    let document = try JSONValue(parsing: reply.body)
    #expect(document["components"]?["securitySchemes"]?["token"]?["scheme"] == "bearer")
    #expect(document["paths"]?["/api/v1/plan"]?["post"]?["responses"]?["401"] != nil)
  }

  @Test("It is valid, says openapi-spec-validator", .enabled(if: Tools.openAPIPython != nil, "hack/setup test installs it"))
  func validates() async throws {
    let python = try #require(Tools.openAPIPython)
    let script = "import json, sys; from openapi_spec_validator import validate; validate(json.load(sys.stdin)); print('valid')"
    for access in [ConsoleAccess.loopback(token: nil), .network(token: "0123456789abcdef")] {
      let request = ConsoleRequest("GET", "/openapi.json", authorization: "Bearer 0123456789abcdef")
      let document = String(decoding: await (try Sample.api(access: access)).answer(request).body, as: UTF8.self)
      let result = try await Command.run(python, ["-c", script], input: document).checked()
      #expect(result.output == "valid\n")
    }
  }

  @Test(
    "Schemathesis finds nothing in what it promises", .enabled(if: Tools.openAPIPython != nil, "hack/setup test installs it"),
    arguments: [false, true])
  func fuzzed(withToken: Bool) async throws {
    let python = try #require(Tools.openAPIPython)
    let folder = try TemporaryDirectory()
    let token = "0123456789abcdef"
    // The models' servers are there, so that requests are really routed.
    let (first, second, local) = (try ModelStandIn(), try ModelStandIn(), try ModelStandIn([ModelStandIn.ollama]))
    let orchestrated = try OrchestratedSample([first.url, second.url, local.url])
    var resources = try Sample.resources()
    resources.orchestrator = orchestrated.services.orchestrator
    resources.orchestration = orchestrated.services
    let api = ConsoleAPI(resources, access: .loopback(token: withToken ? token : nil))
    try await Sample.serving(api) { url in
      let result = try await Command.run(
        python,
        [
          Tools.schemathesis, "run", "\(url)/openapi.json", "--seed", "20", "--max-examples", withToken ? "3" : "12",
          "--generation-database", "none",
          "--no-color", "--phases", "examples,coverage,fuzzing", "--request-timeout", "30",
        ] + (withToken ? ["-H", "Authorization: Bearer \(token)"] : []), directory: folder.path, timeout: .seconds(300))
      #expect(result.succeeded, "\(result.output.suffix(6000))\(result.errors.suffix(2000))")
    }
    await orchestrated.close()
  }
}
