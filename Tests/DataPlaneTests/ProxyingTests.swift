import NIOCore
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `A request is proxied` {
  @Test func `with a body of known length`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(chat))
      let text = await client.receive("total_tokens")
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(text.contains("x-podium-tier: free\r\n"))
      #expect(server.requests.map(\.body) == [chat])
      let statistics = try await plane.server.statistics()
      #expect(statistics.pools.first?.tiers.last?.outputTokens == 5)
    }
  }

  @Test func `with a body in chunks, which goes on with its length`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send("POST /v1/completions HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"mod\r\n")
      client.send("8;x=y\r\nel\":\"m\"}\r\n0\r\ntrailer: 1\r\n\r\n")
      await client.receive("total_tokens")
      #expect(server.requests.map(\.body) == [#"{"model":"m"}"#])
      let head = server.requests.first?.head ?? ""
      #expect(head.contains("content-length: 13\r\n"))
      #expect(!head.contains("chunked"))
    }
  }

  @Test func `again and again over one connection, and pipelined ones are answered in order`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json("{\"echo\":\($0.body)}") }
      try plane.serve(server)
      let client = try await plane.client()
      let bodies = (1...20).map { "{\"model\":\"m\",\"number\":\($0)}" }
      client.send(bodies.map { RawClient.post($0) }.joined())
      let text = await client.receive("{\"echo\":", times: 20)
      var rest = Substring(text)
      for body in bodies {
        let range = try #require(rest.firstRange(of: body))
        rest = rest[range.upperBound...]
      }
    }
  }

  @Test func `as a stream, each event as soon as it is there`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(streamingChat))
      await until("the request arrives") { server.requests.count == 1 }
      let exchange = server.requests[0]
      exchange.startStream()
      exchange.event("{\"n\":1}")
      await client.receive("data: {\"n\":1}\n\n")
      exchange.event("{\"n\":2}")
      await client.receive("data: {\"n\":2}\n\n")
      exchange.event("[DONE]")
      exchange.endStream()
      await client.receive("\r\n0\r\n\r\n")
      client.send(RawClient.post(chat))
      await until("the connection is used again") { server.requests.count == 2 }
    }
  }

  @Test func `until the connection closes when the answer has no length`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.send("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nall of it")
        exchange.close()
      }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(chat))
      let text = await client.receive("all of it")
      #expect(text.contains("connection: close\r\n"))
      await until("the client sees the end") { client.isClosed }
    }
  }

  @Test func `to a client of HTTP 1.0 without chunks`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.startStream()
        exchange.event("x")
        exchange.endStream()
      }
      try plane.serve(server)
      let client = try await plane.client()
      client.send("POST /v1/completions HTTP/1.0\r\ncontent-length: \(chat.utf8.count)\r\n\r\n\(chat)")
      let text = await client.receive("data: x\n\n")
      #expect(!text.contains("transfer-encoding"))
      await until("the client sees the end") { client.isClosed }
      #expect(client.text.hasSuffix("\r\n\r\ndata: x\n\n"))
    }
  }

  @Test func `after a 100 Continue when the client waits for one`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send("POST /v1/completions HTTP/1.1\r\nhost: t\r\nexpect: 100-continue\r\ncontent-length: \(chat.utf8.count)\r\n\r\n")
      await client.receive("HTTP/1.1 100 Continue\r\n\r\n")
      client.send(chat)
      await client.receive("total_tokens")
      #expect(server.requests.first?.head.contains("expect") == false)
    }
  }

  @Test func `without the headers that concern one connection or claim a tier`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer {
        $0.json(answer, headers: "keep-alive: timeout=5\r\nx-kept: yes\r\nx-request-id: theirs\r\n")
      }
      try plane.serve(server)
      let client = try await plane.client()
      let headers = """
        x-customer-tier: enterprise\r\nX-Podium-Tenant: t\r\nconnection: keep-alive, x-nominated\r\nx-nominated: 1\r\nkeep-alive: 5\r
        te: trailers\r\nupgrade: h2c\r\nx-request-id: mine-1\r\ntraceparent: 00-1\r\n
        """
      client.send(RawClient.post(chat, headers: headers))
      let text = await client.receive("total_tokens")
      let head = server.requests.first?.head.lowercased() ?? ""
      for gone in ["x-customer-tier", "x-podium-tenant", "x-nominated", "keep-alive", "te: ", "upgrade", "connection"] {
        #expect(!head.contains("\r\n\(gone)"), "\(gone) was forwarded")
      }
      #expect(head.contains("\r\nx-request-id: mine-1\r\n") && head.contains("\r\ntraceparent: 00-1\r\n"))
      #expect(head.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"))
      #expect(text.contains("\r\nx-request-id: mine-1\r\n") && text.contains("\r\nx-podium-tier: enterprise\r\n"))
      #expect(text.contains("x-kept: yes") && !text.contains("timeout=5") && !text.contains("theirs"))
    }
  }

  @Test func `with the model's name that the servers know, and nothing else changed`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let pool = TestPlane.pool("chat", models: ["chat", "org/model"], served: "org/model", [server])
      try plane.server.apply(TestPlane.policy(pools: [pool]))
      let client = try await plane.client()
      client.send(RawClient.post(#"{"a":{"model":"chat"}, "model" : "chat" ,"z":"chat"}"#))
      await client.receive("total_tokens")
      client.send(RawClient.post(#"{"model":"org\/model"}"#))
      await client.receive("total_tokens", times: 2)
      #expect(server.requests.map(\.body) == [#"{"a":{"model":"chat"}, "model" : "org/model" ,"z":"chat"}"#, #"{"model":"org/model"}"#])
    }
  }

  @Test func `with a body of several megabytes in both directions`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.json("{\"size\":\(exchange.body.utf8.count),\"x\":\"\(exchange.body.dropFirst(50))")
      }
      try plane.serve(server)
      let client = try await plane.client()
      let body = #"{"model":"m","messages":[{"role":"user","content":""# + String(repeating: "x", count: 3_000_000) + #""}]}"#
      client.send(RawClient.post(body))
      let text = await client.receive("x\"}]}")
      #expect(text.contains("{\"size\":\(body.utf8.count)"))
    }
  }
}
