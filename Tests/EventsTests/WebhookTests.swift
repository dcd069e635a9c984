import Foundation
import JSON
import Logging
import Synchronization
import TestKit
import Testing

@testable import Events

private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

@Suite struct `A webhook` {
  @Test func `signs as Standard Webhooks' own example`() throws {
    let endpoint = try WebhookEndpoint(name: "a", url: "https://a.example", secret: secret)
    let headers = WebhookSignature.headers(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8), secret: endpoint.secret)
    #expect(headers.map(\.value) == ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="])
  }

  @Test(
    arguments: [
      ("http://a.example", secret, [], "write https://"), ("https://u:p@a.example", secret, [], "without a user"),
      ("https://a.example", "whsec_c2hvcnQ=", [], "24 to 64"), ("https://a.example", secret, ["model.chosen"], "not known"),
    ] as [(String, String, [String], String)])
  func `is described properly, or told what to write`(url: String, secret: String, events: [String], advice: String) throws {
    let problem = #expect(throws: WebhookProblem.self) { try WebhookEndpoint(name: "a", url: url, secret: secret, events: Set(events)) }
    #expect("\(try #require(problem))".contains(advice))
  }

  @Test func `shows no secret`() throws {
    let endpoint = try WebhookEndpoint(name: "a", url: "https://a.example?token=hush", secret: secret)
    var dumped = ""
    dump(endpoint, to: &dumped)
    #expect(!dumped.contains("hush") && !"\(endpoint)".contains("hush"))
  }

  @Test func `gets what it asked for, signed, and again until it takes it; one that is stuck holds up no other`() async throws {
    let answers = Mutex([500, 503, 200, 200])
    let good = try ScriptedServer { _ in [.answer(answers.withLock { $0.isEmpty ? 200 : $0.removeFirst() }, "")] }
    let stuck = try ScriptedServer { _ in [.stall] }
    let folder = try TemporaryDirectory()
    let sender = try WebhookSender(
      [
        try WebhookEndpoint(name: "good", url: "http://127.0.0.1:\(good.port)/hook", secret: secret, events: ["model.failed"]),
        try WebhookEndpoint(name: "stuck", url: "http://127.0.0.1:\(stuck.port)/", secret: secret),
      ], outbox: "\(folder.path)/outbox.sqlite", settings: Self.quick, logger: quiet)
    let running = Task { await sender.run() }
    sender.publish(Self.selected("none of its business"))
    let event = Self.failed("one")
    sender.publish(event)
    try await eventually("it took the event", within: .seconds(30)) { sender.standing.delivered == 1 }
    #expect(good.requests.count == 3 && Set(good.requests.map { $0.headers["webhook-id"] }) == [event.id.uuidString.lowercased()])
    let last = try #require(good.requests.last)
    #expect(last.method == "POST" && last.target == "/hook" && last.headers["content-type"] == "application/json")
    let json = try JSONValue(parsing: last.body)
    #expect(json["type"]?.string == "model.failed" && json["data"]?["request_id"]?.string == "one")
    let stamp = try #require(last.headers["webhook-timestamp"].flatMap { Int($0) })
    #expect(
      last.headers["webhook-signature"]
        == WebhookSignature.headers(
          id: event.id.uuidString.lowercased(), timestamp: stamp, body: last.body,
          secret: Array(Data(base64Encoded: String(secret.dropFirst(6)))!)
        ).last?.value)
    running.cancel()
    await running.value
  }

  @Test func `that stays away leaves dead letters, which can be sent again; and what waits outlives the process`() async throws {
    let folder = try TemporaryDirectory()
    let outbox = "\(folder.path)/outbox.sqlite"
    let isThere = Mutex(false)
    let server = try ScriptedServer { _ in [.answer(isThere.withLock { $0 } ? 204 : 500, "")] }
    let endpoint = try WebhookEndpoint(name: "a", url: "http://127.0.0.1:\(server.port)/", secret: secret)
    do {
      // A process that never comes to deliver.
      let first = try WebhookSender([endpoint], outbox: outbox, settings: Self.quick, logger: quiet)
      first.publish(Self.failed("kept"))
      await first.flush()
      #expect(first.standing.waiting == 1)
    }
    let sender = try WebhookSender([endpoint], outbox: outbox, settings: Self.quick, logger: quiet)
    let running = Task { await sender.run() }
    try await eventually("it is a dead letter", within: .seconds(30)) { sender.standing.deadLetters == 1 }
    #expect(server.requests.count == 4 && sender.standing.failedAttempts == 4 && sender.standing.waiting == 0)
    isThere.withLock { $0 = true }
    #expect(try sender.revive() == 1)
    try await eventually("it is delivered", within: .seconds(30)) { sender.standing.delivered == 1 }
    #expect(sender.standing.deadLetters == 0 && sender.standing.waiting == 0)
    running.cancel()
    await running.value
  }

  @Test func `that says it is gone is not asked again`() async throws {
    let folder = try TemporaryDirectory()
    let server = try ScriptedServer { _ in [.answer(410, "")] }
    let sender = try WebhookSender(
      [try WebhookEndpoint(name: "a", url: "http://127.0.0.1:\(server.port)/", secret: secret)], outbox: "\(folder.path)/outbox.sqlite",
      settings: Self.quick, logger: quiet)
    let running = Task { await sender.run() }
    sender.publish(Self.failed("one"))
    try await eventually("it is a dead letter", within: .seconds(30)) { sender.standing.deadLetters == 1 }
    #expect(server.requests.count == 1)
    running.cancel()
    await running.value
  }

  private static var quick: WebhookSender.Settings {
    var settings = WebhookSender.Settings()
    settings.retries = [.milliseconds(20), .milliseconds(40), .milliseconds(60)]
    settings.timeout = .seconds(20)
    return settings
  }

  private static func failed(_ id: String) -> OrchestratorEvent {
    OrchestratorEvent(.modelFailed(requestID: id, model: "m", errorType: "timeout", fallbackUsed: false), at: Date())
  }

  private static func selected(_ id: String) -> OrchestratorEvent {
    OrchestratorEvent(.modelSelected(requestID: id, model: "m", taskType: "code", selectionMilliseconds: 1), at: Date())
  }
}
