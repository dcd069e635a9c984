import Foundation
import JSON
import Logging
import NIOCore
import Scheduling
import TestKit
import Testing

@testable import DataPlane

@Suite struct `The access log` {
  /// A folder of its own, removed afterwards.
  private static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = NSTemporaryDirectory() + "podium-log-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  private static func lines(_ path: String) -> [Substring] {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self).split(separator: "\n")
  }

  private static func run<Result>(
    _ path: String, showsTenantNames: Bool = false, _ body: (TestPlane, AccessLog) async throws -> Result
  ) async throws -> Result {
    var configuration = DataPlaneConfiguration()
    let log = try AccessLog(.file(path), showsTenantNames: showsTenantNames, logger: Logger(label: "test"))
    configuration.accessLog = log
    let result = try await TestPlane.run(configuration: configuration) { try await body($0, log) }
    await log.flush(within: .seconds(20))
    return result
  }

  @Test func `has a line for each request, with what a reader asks first`() async throws {
    try await Self.withFolder { folder in
      let path = folder + "/access.log"
      try await Self.run(path) { plane, _ in
        let server = try await plane.modelServer { exchange in
          guard exchange.body.contains("stream") else { return exchange.json(answer) }
          exchange.startStream()
          exchange.event(#"{"usage":{"prompt_tokens":7,"completion_tokens":4}}"#)
          exchange.event("[DONE]")
          exchange.endStream()
        }
        try plane.server.apply(TestPlane.policy(pools: [TestPlane.pool("p", models: ["m"], served: "big", [server])]))
        let client = try await plane.client()
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let headers = "x-customer-tier: premium\r\nuser-agent: curl/8\r\nx-request-id: abc\r\ntraceparent: \(trace)\r\n"
        client.send(RawClient.post(chat, path: "/v1/chat/completions?secret=1", headers: headers))
        await client.receive("total_tokens")
        client.send(RawClient.post(streamingChat))
        await client.receive("[DONE]")
        client.send(RawClient.post(#"{"model":"nobody"}"#))
        await client.receive("model_not_found")
        client.send("GET /healthz HTTP/1.1\r\nhost: t\r\n\r\nNONSENSE\r\n\r\n")
        await client.receive("malformed_http")
      }
      let lines = try Self.lines(path).map { try JSONValue(parsing: Array($0.utf8)) }
      try #require(lines.count == 4, "\(lines.count)")
      let first = lines[0]
      let expected: [(String, JSONValue)] = [
        ("namespace", "default"), ("client", "127.0.0.1"), ("request_id", "abc"), ("trace_id", "0af7651916cd43dd8448eb211c80319c"),
        ("method", "POST"), ("path", "/v1/chat/completions"), ("user_agent", "curl/8"), ("model", "m"), ("tier", "premium"),
        ("pool", "p"), ("served_model", "big"), ("stream", false), ("status", 200), ("outcome", "served"), ("attempts", 1),
        ("prompt_tokens", 3), ("output_tokens", 5), ("tokens_reported", true), ("bytes_in", JSONValue(chat.utf8.count)),
        ("bytes_out", JSONValue(answer.utf8.count)),
      ]
      for (field, value) in expected { #expect(first[field] == value, "\(field): \(first[field]?.text() ?? "missing")") }
      #expect(first["queue_ms"]?.double != nil && first["ttft_ms"] == nil)
      #expect(first["time"]?.string?.wholeMatch(of: #/2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/#) != nil)
      #expect(try #require(first["backend"]?.string).hasPrefix("127.0.0.1:"))
      #expect(lines[1]["stream"] == true && lines[1]["output_tokens"] == 4 && lines[1]["ttft_ms"]?.double != nil)
      #expect(lines[2]["error"] == "model_not_found" && lines[2]["model"] == "nobody" && lines[2]["pool"] == nil)
      #expect(lines[3]["error"] == "malformed_http" && lines[3]["status"] == 400 && lines[3]["path"] == nil)
      #expect(!Self.lines(path).joined().contains("secret") && !Self.lines(path).joined().contains("messages"))
    }
  }

  @Test func `has a line for a WebSocket session when it ends, and for one that cannot begin`() async throws {
    try await Self.withFolder { folder in
      let path = folder + "/access.log"
      try await Self.run(path) { plane, _ in
        let server = try await plane.modelServer()
        try plane.server.apply(TestPlane.policy(pools: [TestPlane.pool("p", models: ["m"], served: "big", [server])]))
        let client = try await plane.client()
        client.send(`A WebSocket session`.handshake(headers: "x-customer-tier: premium\r\nx-request-id: talk\r\n"))
        await until("the request arrives") { server.requests.count == 1 }
        let exchange = server.requests[0]
        exchange.acceptSession()
        await client.receive("\r\n\r\n")
        client.send(Frame.text("hello"))
        await until("the server has it") { exchange.raw.withLock { $0 } == Frame.text("hello") }
        exchange.send(Frame.server(Array("you".utf8)) + Frame.close(1000, masked: false))
        exchange.close()
        await until("the client sees the end") { client.isClosed }
        let other = try await plane.client()
        other.send(`A WebSocket session`.handshake("/v1/realtime?model=nobody"))
        await other.receive("model_not_found")
      }
      let lines = try Self.lines(path).map { try JSONValue(parsing: Array($0.utf8)) }
      // Each event loop hands over its own.
      let session = try #require(lines.first { $0["status"] == 101 }, "\(lines.map { $0.text() })")
      let refused = try #require(lines.first { $0["status"] == 404 }, "\(lines.map { $0.text() })")
      let expected: [(String, JSONValue)] = [
        ("method", "GET"), ("path", "/v1/realtime"), ("request_id", "talk"), ("model", "m"), ("served_model", "big"), ("tier", "premium"),
        ("pool", "p"), ("stream", true), ("status", 101), ("outcome", "served"), ("attempts", 1), ("prompt_tokens", 1),
        ("output_tokens", 1),
        ("tokens_reported", false), ("bytes_in", JSONValue(Frame.text("hello").count)), ("bytes_out", JSONValue(5 + 4)),
      ]
      for (field, value) in expected { #expect(session[field] == value, "\(field): \(session[field]?.text() ?? "missing")") }
      #expect(refused["error"] == "model_not_found" && refused["model"] == "nobody" && refused["path"] == "/v1/realtime")
    }
  }

  @Test func `shows tenants by number, or by the policy's names`() async throws {
    let digest = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"  // of "key"
    for (showsNames, expected) in [(true, "ac\"me"), (false, String(SHA256Digest("ac\"me").short, radix: 16))] {
      try await Self.withFolder { folder in
        try await Self.run(folder + "/log", showsTenantNames: showsNames) { plane, _ in
          let server = try await plane.modelServer { $0.json(answer) }
          let sources: [Classification.Source] = [.apiKeys([digest: Identity(tier: "free", tenant: "ac\"me")])]
          try plane.server.apply(TestPlane.policy(sources: sources, pools: [TestPlane.pool("m", [server])]))
          let client = try await plane.client()
          client.send(RawClient.post(chat, headers: "authorization: Bearer key\r\n"))
          await client.receive("total_tokens")
        }
        let line = try JSONValue(parsing: Array(try #require(Self.lines(folder + "/log").first).utf8))
        #expect(line["tenant"]?.string?.hasSuffix(expected) == true, "\(line.text())")
      }
    }
  }

  @Test func `is valid JSON in valid UTF-8 whatever callers send`() async throws {
    var random = SplitMix64(seed: 7)
    try await Self.withFolder { folder in
      let path = folder + "/access.log"
      let sent = try await Self.run(path) { plane, _ in
        let server = try await plane.modelServer { $0.json(answer) }
        try plane.server.apply(TestPlane.policy(pools: [TestPlane.pool("m", models: ["m\"\\\u{7f}é\n"], served: "\"\n", [server])]))
        let client = try await plane.client()
        var sent = 0
        func send(agent: [UInt8], path: String, model: String) async {
          let body = "{\"model\":\"\(model)\"}"
          var buffer = ByteBuffer(string: "POST \(path) HTTP/1.1\r\nhost: t\r\ncontent-length: \(body.utf8.count)\r\nuser-agent: ")
          buffer.writeBytes(agent)
          buffer.writeString("\r\nx-request-id: \"\\\r\n\r\n\(body)")
          client.send(buffer)
          sent += 1
          await client.receive("HTTP/1.1 ", times: sent)
        }
        await send(agent: Array("\"}\\\u{e9}\t👩".utf8), path: "/v1/\"\\{}", model: #"m\"\\\u007fé\n"#)
        for _ in 0..<60 {
          let agent = (0..<Int(random.next() % 200)).map { _ in
            let byte = UInt8(truncatingIfNeeded: random.next())
            return byte < 0x20 || byte == 0x7f ? 0xff : byte
          }
          await send(agent: agent, path: "/v1/x?\"", model: #"\u0000\ud83d\ude00\"unknown\\"#)
        }
        return sent
      }
      let script = """
        import datetime, json, sys
        lines = open(sys.argv[1], "rb").read().split(b"\\n")
        assert lines.pop() == b""
        parsed = [json.loads(line.decode("utf-8", "strict"), parse_constant=lambda c: 1 / 0) for line in lines]
        now = datetime.datetime.now(datetime.timezone.utc)
        for line in parsed:
          age = now - datetime.datetime.fromisoformat(line["time"].replace("Z", "+00:00"))
          assert -1 < age.total_seconds() < 600, age
          assert line.get("request_id") == '"\\\\' or line["status"] == 404, line
        first = parsed[0]
        assert first["user_agent"] == '"}\\\\\\u00e9\\t\\U0001f469', first
        assert first["path"] == '/v1/"\\\\{}' and first["model"] == 'm"\\\\\\x7f\\u00e9\\n' and first["served_model"] == '"\\n', first
        print(len(parsed))
        """
      let result = try await Command.run("python3", ["-c", script, path]).checked()
      #expect(Int(result.output.dropLast()) == sent && sent == 61)
    }
  }

  @Test func `goes on in a new file after the old one was moved away`() async throws {
    try await Self.withFolder { folder in
      let path = folder + "/access.log"
      try await Self.run(path) { plane, log in
        let server = try await plane.modelServer { $0.json(answer) }
        try plane.serve(server)
        let client = try await plane.client()
        client.send(RawClient.post(chat))
        try await eventually("the first line is written") { Self.lines(path).count == 1 }
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        log.reopen()
        try await eventually("there is a new file") { FileManager.default.fileExists(atPath: path) }
        client.send(RawClient.post(chat))
        try await eventually("the second line is in the new file") { Self.lines(path).count == 1 }
        #expect(Self.lines(path + ".1").count == 1)
      }
    }
  }

  @Test func `drops and counts what a slow reader does not take, and holds nobody up`() async throws {
    try await Self.withFolder { folder in
      let path = folder + "/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      let reader = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
      defer { close(reader) }
      let log = try AccessLog(.file(path), logger: Logger(label: "test"))
      let line = ByteBuffer(repeating: UInt8(ascii: "x"), count: (1 << 20) - 1)
      var batch = line
      batch.writeString("\n")
      for _ in 0..<40 { log.offer(batch, lines: 10) }
      #expect(log.dropped == 240 && log.written == 0, "\(log.dropped) \(log.written)")
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      try await eventually("all that was taken is read", every: .milliseconds(1)) {
        while read(reader, &bytes, bytes.count) > 0 {}
        return log.written == 160
      }
      #expect(log.dropped == 240)
    }
  }

  @Test func `whose folder does not exist is refused with its path`() throws {
    let error = #expect(throws: DataPlaneError.self) {
      _ = try AccessLog(.file("/nonexistent/podium/access.log"), logger: Logger(label: "test"))
    }
    #expect("\(error.map(String.init(describing:)) ?? "")".contains("/nonexistent/podium/access.log cannot be opened: No such file"))
  }
}
