import Console
import JSON
import KnowledgeBase
import Logging
import Planning
import Routing
import TestKit
import YAML

/// The API over the shipped facts.
enum Sample {
  static func api(model: LanguageModelClient? = nil, access: ConsoleAccess = .loopback(token: nil)) throws -> ConsoleAPI {
    ConsoleAPI(try resources(model: model), access: access)
  }

  static func resources(model: LanguageModelClient? = nil) throws -> ConsoleResources {
    ConsoleResources(version: "1.2.3", facts: ConsoleFacts(try source.get()), languageModel: model, orchestrator: try orchestrator())
  }

  /// Over the models of the examples.
  static func orchestrator(live: LiveFacts = LiveFacts(host: LiveHost(memoryPressure: 0.25, availableBytes: 12_000_000_000))) throws
    -> Orchestrator
  {
    let document = try YAMLParser.documents(try Places.text("examples/models.yaml")).first ?? .null
    return Orchestrator(try RoutingConfiguration(json: document), live: FixedFacts(live: live)) { "request-1" }
  }

  struct FixedFacts: LiveFactsSource {
    let live: LiveFacts

    func facts(of catalog: ModelCatalog) -> LiveFacts { live }
  }

  private static let source = Result<KnowledgeSource, KnowledgeError> { () throws(KnowledgeError) in try KnowledgeSource(reading: .shipped)
  }

  /// Serves while `body` runs, on a free port of loopback.
  static func serving(_ api: ConsoleAPI, _ body: (String) async throws -> Void) async throws {
    let (ports, continuation) = AsyncStream<Int>.makeStream()
    let server = ConsoleServer(api, host: "127.0.0.1", port: 0, logger: Logger(label: "test")) { continuation.yield($0) }
    let task = Task {
      defer { continuation.finish() }
      try await server.run()
    }
    defer { task.cancel() }
    for await port in ports {
      try await body("http://127.0.0.1:\(port)")
      return
    }
    throw TestKitError("the server ended before it served")
  }
}

extension ConsoleAPI {
  func get(_ target: String) async throws -> (status: Int, json: JSONValue) {
    let reply = await answer(ConsoleRequest("GET", target))
    return (reply.status, try JSONValue(parsing: reply.body))
  }

  func post(_ target: String, _ text: String, type: String? = "application/json") async throws -> (status: Int, json: JSONValue) {
    let reply = await answer(ConsoleRequest("POST", target, contentType: type, body: Array(text.utf8)))
    return (reply.status, try JSONValue(parsing: reply.body))
  }
}
