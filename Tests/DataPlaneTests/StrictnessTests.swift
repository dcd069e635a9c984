import NIOCore
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `HTTP/1.1 to the letter` {
  @Test func `a target in absolute form is understood, and its authority wins over Host`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send("GET HTTP://a.example:80/healthz HTTP/1.1\r\nhost: b\r\n\r\n")
      await client.receive("ok\n")
      let request = RawClient.post(chat).replacingOccurrence(of: "POST /v1", with: "POST http://a.example:8080/v1")
      client.send(request)
      await client.receive("total_tokens")
      let head = try #require(server.requests.first?.head)
      #expect(head.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\nhost: a.example:8080\r\n"))
      #expect(!head.contains("host: test") && server.requests.first?.body == chat)
    }
  }

  @Test func `empty lines before a request are skipped, however they arrive`() async throws {
    try await TestPlane.run { plane in
      let client = try await plane.client()
      client.send("\r\n\r\nGET /healthz HTTP/1.1\r\nhost: t\r\n\r\n\r\n")
      await client.receive("ok\n")
      client.send("\r")
      client.send("\nGET /healthz HTTP/1.1\r\nhost: t\r\n\r\n")
      await client.receive("ok\n", times: 2)
    }
  }

  @Test func `HEAD never gets a body, and OPTIONS gets the methods`() async throws {
    try await TestPlane.run { plane in
      try plane.serve()
      let client = try await plane.client()
      // Were there a body anywhere, the next answer would not begin where it is looked for.
      for path in ["/v1/chat/completions", "/nothing", "/v1/models", "/v1/models/none", "/metrics"] {
        client.send("HEAD \(path) HTTP/1.1\r\nhost: t\r\n\r\n")
      }
      client.send("OPTIONS * HTTP/1.1\r\nhost: t\r\n\r\nOPTIONS /v1/chat/completions HTTP/1.1\r\nhost: t\r\n\r\n")
      client.send("PUT /v1/chat/completions HTTP/1.1\r\nhost: t\r\ncontent-length: 0\r\n\r\n")
      let text = await client.receive("method_not_allowed")
      let answers = text.pieces(between: "HTTP/1.1 ").dropFirst()
      #expect(answers.map { $0.prefix(3) } == ["405", "404", "200", "404", "200", "204", "204", "405"], "\(text)")
      #expect(answers.prefix(7).allSatisfy { $0.hasSuffix("\r\n\r\n") }, "\(text)")
      #expect(answers.filter { $0.hasPrefix("405") }.allSatisfy { $0.contains("\r\nallow: POST\r\n") })
      #expect(text.contains("allow: GET, HEAD, POST, OPTIONS\r\n") && text.contains("allow: POST, OPTIONS\r\n"))
    }
  }

  @Test func `pipelined requests are answered in order up to the first malformed one, which ends the connection`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(
        RawClient.post(chat) + RawClient.post(#"{"model":"no"}"#) + RawClient.post(chat)
          + "GET / HTTP/1.1\r\nhost : x\r\n\r\n" + RawClient.post(chat))
      await until("the connection ends") { client.isClosed }
      #expect(client.text.pieces(between: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) } == ["200", "404", "200", "400"])
      #expect(server.requests.count == 2)
    }
  }

  @Test func `a head that comes byte by byte is understood`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      for byte in RawClient.post(chat).utf8 {
        client.send([byte])
        await Task.yield()
      }
      await client.receive("total_tokens")
      #expect(server.requests.map(\.body) == [chat])
    }
  }

  @Test func `a request that never becomes complete gets 408`() async throws {
    var configuration = DataPlaneConfiguration()
    configuration.requestReadTimeout = .milliseconds(50)
    try await TestPlane.run(configuration: configuration) { plane in
      for part in [
        "GET /healthz HT", "POST /v1/completions HTTP/1.1\r\nhost: t\r\ncontent-length: 9\r\n\r\n{",
        "POST /v1/completions HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
      ] {
        let client = try await plane.client()
        client.send(part)
        let text = await client.receive("}}")
        #expect(text.hasPrefix("HTTP/1.1 408 ") && text.contains("request_timeout"))
        await until("the connection ends") { client.isClosed }
      }
    }
  }

  @Test func `interim answers are skipped, and answers without a body have none`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n")
        if exchange.body.contains("first") {
          exchange.send("HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n")
        } else {
          exchange.json(answer)
        }
      }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(#"{"model":"m","x":"first"}"#))
      await client.receive("HTTP/1.1 204 No Content\r\n")
      client.send(RawClient.post(chat))
      let text = await client.receive("total_tokens")
      #expect(!text.contains("Early Hints") && !text.contains("content-length: 5\r\n"))
    }
  }

  @Test func `a server that answers before it has read the request is not used again`() async throws {
    try await TestPlane.run(loops: 1) { plane in
      // It reads the head, answers, and never looks at the connection again.
      let early = try await EarlyServer(on: plane.group)
      let pool = early.pool
      try plane.server.apply(TestPlane.policy(pools: [pool]))
      let client = try await plane.client()
      let long = #"{"model":"m","x":""# + String(repeating: "y", count: 20_000_000) + "\"}"
      for number in 1...3 {
        client.send(RawClient.post(long))
        await client.receive("too large", times: number)
      }
      #expect(early.connections == 3)
      await early.stop()
    }
  }
}

extension String {
  func replacingOccurrence(of part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }

  func pieces(between separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
