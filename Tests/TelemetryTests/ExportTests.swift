import DataPlane
import JSON
import Logging
import NIOPosix
import Scheduling
import Synchronization
import Telemetry
import TestKit
import Testing

/// A data plane with an exporter, a model server as scripted, and curl as the client.
@Suite struct `Traces sent to a collector` {
  private struct World {
    let port: Int
    let models: ScriptedServer
    let exporter: OTLPExporter

    func post(_ body: String, _ headers: String...) async throws -> String {
      let arguments = headers.flatMap { ["-H", $0] }
      return try await Command.run(
        "curl",
        ["-sS", "--max-time", "60", "-A", "test/1", "--data-binary", body] + arguments + ["http://127.0.0.1:\(port)/v1/chat/completions"]
      ).checked().output
    }
  }

  private static let body = #"{"model":"m","max_tokens":9}"#
  private static let answer = #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}"#

  private static func run(
    _ settings: TracingSettings, shutdown: Duration = .seconds(20),
    script: @escaping ScriptedServer.Script = { _ in [.answer(200, answer)] },
    _ body: (World) async throws -> Void
  ) async throws {
    let models = try ScriptedServer { $0.method == "GET" ? [.answer(404, "")] : script($0) }
    defer { models.stop() }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let exporter = OTLPExporter(
      settings, service: "podium-proxy", version: "1.2", group: MultiThreadedEventLoopGroup.singleton, logger: logger)
    var configuration = DataPlaneConfiguration()
    configuration.tracing = Tracing(sampler: settings.sampler, sink: exporter)
    let server = DataPlaneServer(configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: logger)
    let port = try await server.start()
    let pool = PoolPolicy(
      name: "chat", models: ["m"], servedModel: "llama", backends: [Backend(host: "127.0.0.1", port: models.port)], scheduling: .standard)
    try server.apply(
      TrafficPolicy(revision: "1", classification: Classification(sources: [.trustedHeader(name: "x-customer-tier")]), pools: [pool]))
    var failure: (any Error)?
    do {
      try await body(World(port: port, models: models, exporter: exporter))
    } catch { failure = error }
    await server.shutdown(drain: .zero)
    await exporter.shutdown(within: shutdown)
    if let failure { throw failure }
  }

  private static func settings(_ collector: Collector) throws -> TracingSettings {
    try #require(
      try TracingSettings.find(
        endpoint: nil, file: nil,
        environment: [
          "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url + "/", "OTEL_EXPORTER_OTLP_HEADERS": "x-token=a%20b",
          "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test,service.name=overridden", "OTEL_SERVICE_NAME": "gateway",
        ]))
  }

  private static func span(_ spans: [JSONValue], _ name: String, parent: String? = nil) throws -> JSONValue {
    try #require(spans.first { $0["name"]?.string == name && (parent == nil || $0["parent"]?.string == parent) }, "\(name)")
  }

  @Test func `are understood by OpenTelemetry's own code, each span below its parent`() async throws {
    guard let collector = try await Collector.start() else { return }
    try await Self.run(try Self.settings(collector)) { world in
      let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      _ = try await world.post(Self.body, "traceparent: \(parent)", "tracestate: a=b", "x-customer-tier: premium", "x-request-id: id-1")
      let spans = try await eventually("three spans arrive") { collector.spans.count == 3 ? collector.spans : nil }
      let server = try Self.span(spans, "POST /v1/chat/completions", parent: "b7ad6b7169203331")
      let id = try #require(server["id"]?.string)
      let queue = try Self.span(spans, "queue", parent: id)
      let attempt = try Self.span(spans, "chat llama", parent: id)
      for span in spans {
        #expect(span["trace"] == "0af7651916cd43dd8448eb211c80319c" && span["state"] == "a=b" && span["status"] == "STATUS_CODE_UNSET")
        #expect(span["token"] == "a b" && span["scope"] == "podium")
        #expect(
          span["resource"] == ["service.name": "gateway", "service.version": "1.2", "deployment.environment.name": "test"],
          "\(span["resource"]?.text() ?? "")")
        #expect(abs(try #require(span["age"]?.double)) < 600)
      }
      #expect([server, queue, attempt].map { $0["kind"]?.string } == ["SPAN_KIND_SERVER", "SPAN_KIND_INTERNAL", "SPAN_KIND_CLIENT"])
      #expect(server["flags"] == 0x301 && attempt["flags"] == 0x101)
      let expected: [(JSONValue, [(String, JSONValue)])] = [
        (
          server,
          [
            ("http.request.method", "POST"), ("url.path", "/v1/chat/completions"), ("http.route", "/v1/chat/completions"),
            ("http.response.status_code", 200), ("client.address", "127.0.0.1"), ("user_agent.original", "test/1"),
            ("http.request.header.x-request-id", "id-1"), ("qos.tier", "premium"), ("qos.pool", "chat"), ("qos.attempts", 1),
            ("gen_ai.request.model", "m"), ("gen_ai.response.model", "llama"), ("gen_ai.usage.input_tokens", 3),
          ]
        ),
        (
          attempt,
          [
            ("gen_ai.operation.name", "chat"), ("gen_ai.request.model", "m"), ("gen_ai.request.max_tokens", 9),
            ("gen_ai.usage.output_tokens", 5), ("server.address", "127.0.0.1"), ("server.port", JSONValue(world.models.port)),
          ]
        ),
      ]
      for (span, attributes) in expected {
        for (name, value) in attributes {
          #expect(span["attributes"]?[name] == value, "\(name): \(span["attributes"]?.text() ?? "")")
        }
      }
      func time(_ span: JSONValue, _ which: String) throws -> Int { try #require(span[which]?.int) }
      #expect(try time(server, "start") <= time(queue, "start") && time(queue, "end") <= time(attempt, "start"))
      #expect(try time(attempt, "start") < time(attempt, "end") && time(attempt, "end") <= time(server, "end"))
      // The model server was told that this attempt is its parent.
      let sent = try #require(world.models.requests.last { $0.method == "POST" }?.headers["traceparent"])
      #expect(sent == "00-0af7651916cd43dd8448eb211c80319c-\(attempt["id"]?.string ?? "")-01")
    }
    try await collector.stop()
  }

  @Test func `tell an error and its kind, and each failed attempt`() async throws {
    guard let collector = try await Collector.start() else { return }
    try await Self.run(try Self.settings(collector), script: { _ in [.answer(500, "{}")] }) { world in
      _ = try await world.post(Self.body)
      _ = try await world.post(#"{"model":"nobody"}"#)
      let spans = try await eventually("two requests arrive") {
        collector.spans.count { $0["kind"] == "SPAN_KIND_SERVER" } == 2 ? collector.spans : nil
      }
      let servers = spans.filter { $0["kind"] == "SPAN_KIND_SERVER" }
      func server(_ status: Int) -> JSONValue? { servers.first { $0["attributes"]?["http.response.status_code"]?.int == status } }
      let failed = try #require(server(500))
      #expect(failed["status"] == "STATUS_CODE_ERROR" && failed["parent"] == "", "\(failed.text())")
      #expect(failed["attributes"]?["error.type"] == "upstream_error", "\(failed.text())")
      let attempts = spans.filter { $0["kind"] == "SPAN_KIND_CLIENT" }
      #expect(
        !attempts.isEmpty && attempts.allSatisfy { $0["status"] == "STATUS_CODE_ERROR" && $0["parent"] == failed["id"] },
        "\(attempts.map { $0.text() })")
      let unknown = try #require(server(404))
      // A mistake of the caller is no error of the server.
      #expect(unknown["status"] == "STATUS_CODE_UNSET" && unknown["attributes"]?["error.type"] == "model_not_found")
    }
    try await collector.stop()
  }

  @Test func `are sent again when the collector is busy, after the time it asks for`() async throws {
    guard let collector = try await Collector.start("503:1,429,partial") else { return }
    try await Self.run(try Self.settings(collector)) { world in
      let start = ContinuousClock.now
      _ = try await world.post(Self.body)
      try await eventually("the spans arrive") { collector.spans.count == 3 && world.exporter.exported == 2 }
      #expect(collector.posts == 3 && world.exporter.dropped == 1)
      #expect(ContinuousClock.now - start >= .seconds(1))
    }
    try await collector.stop()
  }

  @Test func `are dropped and counted when the collector refuses them, is gone or hangs, and hold nothing up`() async throws {
    guard let refusing = try await Collector.start("400"), let hanging = try await Collector.start("hang") else { return }
    try await Self.run(try Self.settings(refusing)) { world in
      _ = try await world.post(Self.body)
      try await eventually("the refused spans are counted") { world.exporter.dropped == 3 }
      #expect(world.exporter.exported == 0 && refusing.posts == 1)
    }
    for url in [hanging.url, "http://127.0.0.1:1"] {
      let counted = Mutex<OTLPExporter?>(nil)
      let start = ContinuousClock.now
      try await Self.run(try #require(try TracingSettings.find(endpoint: url, file: nil, environment: [:])), shutdown: .milliseconds(300)) {
        world in
        counted.withLock { $0 = world.exporter }
        let answer = try await world.post(Self.body)
        #expect(answer == Self.answer)
        let metrics = try await Command.run("curl", ["-sS", "http://127.0.0.1:\(world.port)/metrics"]).checked().output
        #expect(metrics.contains("qos_spans_total"))
      }
      #expect(counted.withLock { $0?.dropped } == 3)
      #expect(ContinuousClock.now - start < .seconds(30))
    }
    try await refusing.stop()
    try await hanging.stop()
  }

  @Test func `are sent before the end`() async throws {
    guard let collector = try await Collector.start() else { return }
    try await Self.run(try Self.settings(collector)) { world in _ = try await world.post(Self.body) }
    #expect(collector.spans.count == 3)
    try await collector.stop()
  }
}
