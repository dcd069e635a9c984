import DataPlane
import Foundation
import NIOCore
import Scheduling
import TestKit
import Testing

@Suite struct `HTTP/2 on the plain listener` {
  private func curl(_ plane: TestPlane, _ arguments: [String]) async throws -> CommandResult {
    try await Command.run(
      "curl",
      ["-sS", "--max-time", "30", "-w", "\n%{http_version} %{http_code}"] + arguments.map { $0.replacing("PORT", with: "\(plane.port)") })
  }

  @Test func `curl with prior knowledge, and HTTP/1.1 beside it on the same port`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let url = "http://127.0.0.1:PORT/v1/chat/completions"
      for (flag, version) in [("--http2-prior-knowledge", "2"), ("--http1.1", "1.1")] {
        let result = try await curl(plane, [flag, "-d", chat, "-H", "content-type: application/json", url]).checked()
        #expect(result.output == "\(answer)\n\(version) 200", "\(flag)")
      }
      let list = try await curl(plane, ["--http2-prior-knowledge", "http://127.0.0.1:PORT/v1/models"]).checked()
      #expect(list.output.contains("\"id\":\"m\"") && list.output.hasSuffix("\n2 200"))
      let head = try await curl(plane, ["--http2-prior-knowledge", "--head", "http://127.0.0.1:PORT/v1/models"]).checked()
      #expect(head.output.hasPrefix("HTTP/2 200") && head.output.contains("content-length:"))
      let lost = try await curl(plane, ["--http2-prior-knowledge", "http://127.0.0.1:PORT/nothing"]).checked()
      #expect(lost.output.contains("\"code\":\"unknown_url\"") && lost.output.hasSuffix("\n2 404"))
      #expect(server.requests.map(\.body) == [chat, chat])
    }
  }

  @Test func `a body without a length reaches the model server with one, and cookies on one line`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.headers(
        1, FrameClient.fields("POST", "/v1/chat/completions", [("cookie", "a=1"), ("cookie", "b=2"), ("te", "trailers")]), end: false)
      for part in [chat.prefix(10), chat.dropFirst(10)] { client.data(1, String(part), end: false) }
      client.headers(1, [("x-checksum", "abc")])
      #expect(await client.answer(1) == ("200", answer))
      let request = try #require(server.requests.first)
      #expect(request.body == chat)
      #expect(request.head.contains("content-length: \(chat.utf8.count)\r\n"))
      #expect(request.head.contains("cookie: a=1; b=2\r\n") && request.head.contains("host: test\r\n"))
      #expect(!request.head.contains("te: trailers") && !request.head.contains("x-checksum") && !request.head.contains("transfer-encoding"))
      #expect(request.head.contains("x-forwarded-for: 127.0.0.1\r\n") && !request.head.contains("x-forwarded-proto"))
    }
  }

  @Test func `answers as they come on a hundred streams at once, each to its own`() async throws {
    try await TestPlane.run { plane in
      // Enough of them that nobody has to wait.
      var servers: [FakeModelServer] = []
      for _ in 0..<20 { servers.append(try await plane.modelServer()) }
      try plane.server.apply(TestPlane.policy(pools: [TestPlane.pool("m", servers)]))
      let client = try await FrameClient(port: plane.port, on: plane.group)
      let streams = (0..<100).map { UInt32(2 * $0 + 1) }
      for stream in streams { client.post(stream, streamingChat, [("x-request-id", "s\(stream)")]) }
      var served = Set<String>()
      await until("all requests are answered") {
        for exchange in servers.flatMap(\.requests) where !exchange.isClosed {
          guard let name = exchange.head.split(separator: "\r\n").first(where: { $0.hasPrefix("x-request-id: ") })?.dropFirst(14) else {
            continue
          }
          guard served.insert(String(name)).inserted else { continue }
          exchange.startStream()
          exchange.event("first of \(name)")
          exchange.event("last of \(name)")
          exchange.endStream()
        }
        return streams.allSatisfy(client.hasEnded)
      }
      for stream in streams {
        #expect(client.body(stream) == "data: first of s\(stream)\n\ndata: last of s\(stream)\n\n")
        #expect(client.resetCode(stream) == nil)
      }
    }
  }

  @Test func `an event arrives while the next one is still being made`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.post(1, streamingChat)
      await until("the request arrives") { server.requests.count == 1 }
      server.requests[0].startStream()
      server.requests[0].event("one")
      await until("the event arrives") { client.body(1) == "data: one\n\n" }
      #expect(!client.hasEnded(1) && client.status(1) == "200")
      server.requests[0].endStream()
      #expect(await client.answer(1).body == "data: one\n\n")
    }
  }

  @Test(arguments: [true, false]) func `an answer that breaks off is a reset stream, never a clean end`(isStream: Bool) async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        if isStream {
          exchange.startStream()
          exchange.event("one")
        } else {
          exchange.send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"id\":")
        }
      }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.post(1, isStream ? streamingChat : chat)
      await until("the beginning arrives") { !client.body(1).isEmpty }
      server.requests[0].close()
      _ = await client.answer(1)
      #expect(client.resetCode(1) == 2)
      #expect(!client.hasEnded(1))
      if isStream { #expect(client.body(1).contains("\"code\":\"upstream_reset\"")) }
      client.headers(3, FrameClient.fields("GET", "/v1/models"))
      #expect(await client.answer(3).status == "200")
    }
  }

  @Test func `a stream that the client resets gives up its place in the queue, or its model server`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.post(1, streamingChat)
      await until("the request arrives") { server.requests.count == 1 }
      client.reset(1)
      await until("the model server is left") { server.requests[0].isClosed }
      try await until("nothing is under way") { try await plane.server.statistics().busyConnections == 0 }
      let pool = try #require(try await plane.server.statistics().pools.first)
      #expect(pool.tiers.map(\.clientGone).reduce(0, +) == 1)
      #expect(pool.tiers.map(\.served).reduce(0, +) == 0)
    }
  }

  @Test func `a header that is bound to identities is not believed where there are none`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let pool = TestPlane.pool("m", [server])
      try plane.server.apply(TestPlane.policy(sources: [.trustedHeader(name: "x-tier", from: ["*"])], pools: [pool]))
      let one = try await plane.client()
      one.send(RawClient.post(chat, headers: "x-tier: enterprise\r\n"))
      await one.receive("x-podium-tier: free")
      let two = try await FrameClient(port: plane.port, on: plane.group)
      two.post(1, chat, [("x-tier", "enterprise")])
      #expect(await two.answer(1).status == "200")
      #expect(two.frames.contains { $0.fields["x-podium-tier"] == "free" })
      #expect(server.requests.count == 2 && server.requests.allSatisfy { !$0.head.contains("x-tier: ") })
    }
  }

  @Test func `a client that does not answer any more is cut off, and one that does is not`() async throws {
    var configuration = DataPlaneConfiguration()
    configuration.http2.keepalive = .milliseconds(100)
    try await TestPlane.run(configuration: configuration) { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let there = try await FrameClient(port: plane.port, on: plane.group)
      let gone = try await FrameClient(port: plane.port, on: plane.group, isPolite: false)
      there.post(1, streamingChat)
      gone.post(1, streamingChat)
      await until("both requests arrive") { server.requests.count == 2 }
      await until("the silent one is cut off") { gone.isClosed }
      try await until("its request is given up") { try await plane.server.statistics().busyConnections == 1 }
      #expect(!there.isClosed && there.resetCode(1) == nil && there.frames.contains { $0.kind == FrameClient.Kind.ping.rawValue })
    }
  }

  @Test func `a client that is gone takes all its streams with it`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      for stream in [1, 3, 5] as [UInt32] { client.post(stream, streamingChat) }
      await until("a request arrives") { !server.requests.isEmpty }
      client.close()
      try await until("nothing is under way") {
        let statistics = try await plane.server.statistics()
        return statistics.busyConnections == 0 && statistics.clientConnections == 0
      }
    }
  }

  @Test func `a request may wait for 100 Continue`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      let more = [("expect", "100-continue"), ("content-length", "\(chat.utf8.count)")]
      client.headers(1, FrameClient.fields("POST", "/v1/chat/completions", more), end: false)
      await until("the client may go on") { client.status(1) == "100" }
      client.data(1, chat)
      #expect(await client.answer(1) == ("200", answer))
    }
  }

  @Test func `a refusal does not wait for the rest of the body`() async throws {
    var configuration = DataPlaneConfiguration()
    configuration.limits.bodyBytes = 1000
    try await TestPlane.run(configuration: configuration) { plane in
      try plane.serve(try await plane.modelServer())
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.headers(1, FrameClient.fields("POST", "/v1/chat/completions", [("content-length", "5000")]), end: false)
      let refusal = await client.answer(1)
      #expect(refusal.status == "413" && refusal.body.contains("malformed_http"))
      await until("the rest is not wanted") { client.resetCode(1) == 0 }
      client.headers(3, FrameClient.fields("GET", "/v1/models"))
      #expect(await client.answer(3).status == "200")
    }
  }

  @Test func `what the client does not take holds the model server back, and arrives whole when it does`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group, settings: [(4, 1000)])
      client.post(1, chat)
      await until("the request arrives") { server.requests.count == 1 }
      let body = String(repeating: "0123456789", count: 2_000_000)
      let exchange = server.requests[0]
      exchange.json(body)
      await until("the window is full") { client.body(1).utf8.count == 1000 }
      client.headers(3, FrameClient.fields("GET", "/healthz"))
      #expect(await client.answer(3).body == "ok\n")
      #expect(exchange.isHeldBack, "the model server could write 20 MB to a client that takes 1,000 bytes")
      client.widen(1, by: 1 << 30)
      client.widen(0, by: 1 << 30)
      #expect(await client.answer(1).body == body)
    }
  }

  @Test func `a request that crosses with the goodbye is served`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group, isPolite: false)
      client.headers(1, FrameClient.fields("GET", "/v1/models"))
      #expect(await client.answer(1).status == "200")
      async let end: Void = plane.server.shutdown(drain: .seconds(30))
      await until("the client is told") { !client.goAways.isEmpty && client.frames.contains { $0.kind == FrameClient.Kind.ping.rawValue } }
      client.post(3, chat)
      #expect(await client.answer(3) == ("200", answer))
      var acknowledged = 0
      await until("the connection is closed") {
        for ping in client.frames.filter({ $0.kind == FrameClient.Kind.ping.rawValue }).dropFirst(acknowledged) {
          client.send(.ping, flags: 1, ping.payload)
          acknowledged += 1
        }
        return client.isClosed
      }
      await end
      #expect(client.goAways.last?.payload.prefix(4) == [0, 0, 0, 3])
    }
  }

  @Test func `the end of the process lets every stream end, and loses no request sent before the client knows`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.post(1, streamingChat)
      await until("the request arrives") { server.requests.count == 1 }
      server.requests[0].startStream()
      server.requests[0].event("one")
      await until("the event arrives") { !client.body(1).isEmpty }
      async let end: Void = plane.server.shutdown(drain: .seconds(30))
      await until("the client is told") { client.goAways.contains { $0.errorCode == 0 } }
      server.requests[0].event("two")
      server.requests[0].endStream()
      #expect(await client.answer(1).body == "data: one\n\ndata: two\n\n")
      await until("the connection is closed") { client.isClosed }
      await end
      #expect(client.resetCode(1) == nil)
    }
  }
}
