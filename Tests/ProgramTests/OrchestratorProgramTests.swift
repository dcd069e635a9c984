import Foundation
import JSON
import TestKit
import Testing

/// The declarative tests of the orchestrator's requirements, as written there, against a real PostgreSQL and a real Redis. Ollama cannot be
/// had here: a stand-in answers in its words. Its tests of the command line and of the dashboard come with these.
@Suite(
  .serialized,
  .enabled(
    if: PostgresServer.programs != nil && RedisServer.program != nil, "there is no PostgreSQL or no Redis; hack/setup test installs them"))
struct `podium serve with models, as a service` {
  @Test func `has healthy resources, chooses a model and routes a request; what happens is recorded and published`() async throws {
    let (postgres, redis) = (try await PostgresServer.start(), try await RedisServer.start())
    let ollama = try ScriptedServer { request in
      request.target == "/api/ps"
        ? [.answer(200, #"{"models": []}"#)]
        : [
          .answer(
            200,
            #"{"message": {"content": "Hi there"}, "prompt_eval_count": 4, "eval_count": 2, "models": [{"name": "tiny:1b", "size": 1000000}]}"#
          )
        ]
    }
    let listener = try ChildProcess(
      try #require(Tools.find("redis-cli")),
      ["-h", "127.0.0.1", "-p", "\(redis.port)", "--no-auth-warning", "-a", RedisServer.password, "SUBSCRIBE", "model.selected"])
    defer { listener.signal(SIGKILL) }
    let server = try await RunningServe(ollama: ollama.url, store: postgres.url(), redis: redis.url)
    try await eventually("all required resources are healthy", within: .seconds(30)) {
      let health = try await server.get("/api/v1/health")
      return health["status"] == "healthy" && health["services"]?["database"] == "ok" && health["services"]?["redis"] == "ok"
    }
    let selected = try await server.post(
      "/api/v1/ai/select-model", #"{"taskType": "completion", "requirements": {"complexity": "moderate", "priority": "normal"}}"#)
    #expect(selected["selectedModel"]?.string != nil && selected["requestId"]?.string != nil)
    let routed = try await server.post(
      "/api/v1/ai/route-request", #"{"taskType": "completion", "prompt": "Hello, world!", "requirements": {"maxTokens": 50}}"#)
    #expect(routed["response"] == "Hi there" && routed["metrics"]?.object != nil)
    let id = try #require(routed["requestId"]?.string)
    try await eventually("the request is recorded", within: .seconds(30)) {
      try await postgres.sql("SELECT success FROM orchestrator_requests WHERE request_id = '\(id)'") == "t"
    }
    try await eventually("both choices are published", within: .seconds(30)) {
      listener.output.contains(id) && listener.output.contains(selected["requestId"]?.string ?? "-")
    }

    // The store goes: requests are answered all the same, and nothing of them is lost.
    try await postgres.stop()
    var ids: [String] = []
    for _ in 0..<5 {
      let answer = try await server.post("/api/v1/ai/route-request", #"{"taskType": "completion", "prompt": "Hello"}"#)
      ids.append(try #require(answer["requestId"]?.string))
    }
    try await eventually("the trouble is told", within: .seconds(30)) {
      try await server.get("/api/v1/health")["services"]?["database"] == "error"
    }
    try await server.stop()
    try await postgres.launch()
    let next = try await RunningServe(ollama: ollama.url, store: postgres.url(), redis: redis.url, home: server.home)
    let list = ids.map { "'\($0)'" }.joined(separator: ",")
    try await eventually("the next process brings what waited", within: .seconds(30)) {
      try await postgres.sql("SELECT count(*) FROM orchestrator_requests WHERE request_id IN (\(list))") == "5"
    }
    try await next.stop()
    for text in [server.errors, next.errors] {
      #expect(!text.contains(PostgresServer.password) && !text.contains(RedisServer.password))
    }
  }

  @Test func `says what to write when an option makes no sense`() async throws {
    let folder = try TemporaryDirectory()
    try folder.write(RunningServe.models("http://127.0.0.1:1"), to: "models.yaml")
    try folder.write(#"[{"name": "a", "url": "http://example.com", "secret": "x"}]"#, to: "hooks.json")
    let wrong: [([String], String)] = [
      (["--redis", "rediss://h"], "TLS"), (["--store", "mysql://h"], "write postgres://"), (["--gateway", "localhost"], "write http://"),
      (["--keep-days", "0"], "write 1 to 3650"), (["--webhooks", "\(folder.path)/hooks.json"], "hooks.json[0].url: write https://"),
      (["--model-keys", "\(folder.path)/none"], "cannot read"),
    ]
    for (arguments, advice) in wrong {
      let result = try await Command.run(
        RunningServe.program, ["serve", "--listen", "127.0.0.1:0", "--models", "\(folder.path)/models.yaml"] + arguments,
        environment: ["HOME": folder.path])
      #expect(!result.succeeded && result.errors.contains(advice), "\(arguments): \(result.errors)")
    }
  }
}

/// `podium serve` with a model at Ollama.
private final class RunningServe: Sendable {
  static let program = Places.repository + "/.build/debug/podium"

  let home: TemporaryDirectory
  private let process: ChildProcess
  private let url: String

  var errors: String { process.errors }

  init(ollama: String, store: String, redis: String, home: TemporaryDirectory? = nil) async throws {
    let folder = try home ?? TemporaryDirectory()
    self.home = folder
    try folder.write(Self.models(ollama), to: "models.yaml")
    let started = try ChildProcess(
      Self.program,
      ["serve", "--listen", "127.0.0.1:0", "--models", "\(folder.path)/models.yaml", "--store", store, "--redis", redis],
      environment: ["HOME": folder.path])
    process = started
    url = try await eventually("it serves", within: .seconds(60)) {
      if let status = started.exitStatus() { throw TestKitError("it ended with status \(status): \(started.errors)") }
      return started.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/).map { String($0.output) }
    }
  }

  static func models(_ ollama: String) -> String {
    """
    models:
    - name: tiny
      backends: [{ollama: "\(ollama)", model: "tiny:1b"}]
      capabilities: [chat]
      contextWindow: 8192
      qualityTier: good
      tasks: {completion: {score: 0.5, source: test}}
    """
  }

  func get(_ path: String) async throws -> JSONValue {
    try JSONValue(parsing: try await Command.run("curl", ["-s", "-m", "20", url + path]).checked().output)
  }

  func post(_ path: String, _ body: String) async throws -> JSONValue {
    try JSONValue(
      parsing: try await Command.run(
        "curl", ["-s", "-m", "60", "-H", "Content-Type: application/json", "-d", body, url + path]
      ).checked().output)
  }

  func stop() async throws {
    process.signal(SIGTERM)
    try await process.wait(within: .seconds(60))
  }
}
