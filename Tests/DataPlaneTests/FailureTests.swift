import NIOCore
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `A model server that fails` {
  @Test func `before its first byte is replaced by another one`() async throws {
    try await TestPlane.run { plane in
      let dying = try await plane.modelServer { $0.close() }
      let healthy = try await plane.modelServer { $0.json(answer) }
      try plane.serve(dying, healthy)
      let client = try await plane.client()
      for number in 1...4 {
        client.send(RawClient.post(chat))
        await client.receive("total_tokens", times: number)
      }
      #expect(!client.text.contains(" 502 "))
      #expect(!dying.requests.isEmpty, "the dying server was never asked, so this proves nothing")
    }
  }

  @Test func `with a status of 5xx is replaced by another one`() async throws {
    try await TestPlane.run { plane in
      let failing = try await plane.modelServer { $0.json("{}", status: "503 Service Unavailable") }
      let healthy = try await plane.modelServer { $0.json(answer) }
      try plane.serve(failing, healthy)
      let client = try await plane.client()
      for number in 1...4 {
        client.send(RawClient.post(chat))
        await client.receive("total_tokens", times: number)
      }
      #expect(!client.text.contains(" 503 "))
      #expect(!failing.requests.isEmpty)
    }
  }

  @Test func `and is the only one passes its own answer on`() async throws {
    try await TestPlane.run { plane in
      let failing = try await plane.modelServer { $0.json("{\"its\":\"own\"}", status: "500 Internal Server Error") }
      try plane.serve(failing)
      let client = try await plane.client()
      client.send(RawClient.post(chat))
      let text = await client.receive("\r\n\r\n")
      #expect(text.hasPrefix("HTTP/1.1 5"))
    }
  }

  @Test func `to accept connections leads to 502 in OpenAI's format, and the connection goes on`() async throws {
    try await TestPlane.run { plane in
      let gone = try await plane.modelServer()
      try plane.serve(gone)
      await gone.stop()
      let client = try await plane.client()
      client.send(RawClient.post(chat))
      let text = await client.receive("}}")
      #expect(text.hasPrefix("HTTP/1.1 50"))
      #expect(text.contains("\"error\":{\"message\":"))
      client.send("GET /healthz HTTP/1.1\r\nhost: t\r\n\r\n")
      await client.receive("ok\n")
    }
  }

  @Test func `in the middle of a stream ends it with an event that says so`() async throws {
    try await TestPlane.run { plane in
      let dying = try await plane.modelServer { exchange in
        exchange.startStream()
        exchange.event("{\"n\":1}")
        exchange.send("20\r\ndata: {\"half\":")
        exchange.close()
      }
      try plane.serve(dying)
      let client = try await plane.client()
      client.send(RawClient.post(streamingChat))
      let text = await client.receive("\r\n0\r\n\r\n")
      #expect(text.contains("data: {\"n\":1}\n\n"))
      #expect(text.contains("data: {\"error\":{\"message\":") && text.contains("upstream_reset"))
      #expect(!text.contains("half"), "a part of an event was passed on")
      await until("the client sees the end") { client.isClosed }
    }
  }

  @Test func `in the middle of a body of known length leaves the client with a broken connection, not with a part`() async throws {
    try await TestPlane.run { plane in
      let dying = try await plane.modelServer { exchange in
        exchange.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly a part")
        exchange.close()
      }
      try plane.serve(dying)
      let client = try await plane.client()
      client.send(RawClient.post(chat))
      await until("the client sees the end") { client.isClosed }
      #expect(!client.text.contains(" 502 "))
      let statistics = try await plane.server.statistics()
      #expect(statistics.pools.first?.tiers.map(\.failed).reduce(0, +) == 1)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\n\n", "nonsense\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 200 OK\r\na: b\r\n folded\r\n\r\n",
  ])
  func `with a malformed answer leads to 502`(malformed: String) async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.send(malformed) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(chat))
      let text = await client.receive("}}")
      #expect(text.hasPrefix("HTTP/1.1 502 "))
    }
  }

  @Test func `by closing an idle connection is asked again over a new one`() async throws {
    try await TestPlane.run(loops: 1) { plane in
      let server = try await plane.modelServer { exchange in
        // The second request on a connection meets a server that has just closed it.
        exchange.json(answer)
        exchange.close()
      }
      try plane.serve(server)
      let client = try await plane.client()
      for number in 1...10 {
        client.send(RawClient.post(chat))
        await client.receive("total_tokens", times: number)
      }
      #expect(!client.text.contains(" 502 "))
    }
  }
}

@Suite struct `A client that leaves` {
  @Test func `while its answer is made ends the request at the model server at once`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(streamingChat))
      await until("the request arrives") { server.requests.count == 1 }
      server.requests[0].startStream()
      await client.receive("text/event-stream")
      client.close()
      await until("the model server's connection is closed") { server.requests[0].isClosed }
      let statistics = try await plane.server.statistics()
      #expect(statistics.pools.first?.scheduler.inUse == 0)
      #expect(statistics.pools.first?.tiers.map(\.clientGone).reduce(0, +) == 1)
    }
  }

  @Test func `while it waits is never forwarded`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      var clients: [RawClient] = []
      for number in 0..<12 {
        let client = try await plane.client()
        client.send(RawClient.post("{\"model\":\"m\",\"number\":\"<\(number)>\"}"))
        clients.append(client)
      }
      await until("some wait, and the others have arrived") {
        let state = try? await plane.server.statistics().pools[0].scheduler
        return (state?.waiting ?? 0) > 0 && (state?.waiting ?? 0) + (state?.inUse ?? 0) == 12 && server.requests.count == state?.inUse
      }
      let dispatched = server.requests
      let waiting = clients.indices.filter { number in !dispatched.contains { $0.body.contains("<\(number)>") } }
      #expect(!waiting.isEmpty && waiting.count < 12)
      for number in waiting { clients[number].close() }
      await until("nothing waits") { (try? await plane.server.statistics().pools[0].scheduler.waiting) == 0 }
      for client in clients { client.close() }
      await until("nothing runs") { (try? await plane.server.statistics().pools[0].scheduler.inUse) == 0 }
      #expect(server.requests.count == dispatched.count)
    }
  }
}
