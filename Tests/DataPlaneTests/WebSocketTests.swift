import NIOCore
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `A WebSocket session` {
  static func handshake(_ path: String = "/v1/realtime?model=m", headers: String = "", version: String = "13") -> String {
    "GET \(path) HTTP/1.1\r\nhost: t\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: \(version)\r\n\(headers)\r\n"
  }

  /// A session that is open, and its two ends.
  private func open(_ plane: TestPlane, _ server: FakeModelServer, headers: String = "") async throws -> (
    RawClient, FakeModelServer.Exchange
  ) {
    let before = server.requests.count
    let client = try await plane.client()
    client.send(Self.handshake(headers: headers))
    await until("the request arrives") { server.requests.count == before + 1 }
    let exchange = server.requests[before]
    exchange.acceptSession()
    await client.receive("\r\n\r\n")
    return (client, exchange)
  }

  private func payload(_ client: RawClient) -> [UInt8] {
    let head = Array("\r\n\r\n".utf8)
    let bytes = client.bytes
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: head) }) else { return [] }
    return Array(bytes[(start + 4)...])
  }

  private func pool(_ plane: TestPlane) async throws -> SchedulerStatistics {
    try #require(try await plane.server.statistics().pools.first?.scheduler)
  }

  @Test func `passes bytes both ways, holds a slot, and ends with its peers`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let (client, exchange) = try await open(
        plane, server, headers: "x-customer-tier: enterprise\r\nsec-websocket-extensions: permessage-deflate\r\n")
      let head = exchange.head.lowercased()
      #expect(
        head.hasPrefix("get /v1/realtime?model=m http/1.1\r\n") && head.contains("\r\nsec-websocket-key: dghlihnhbxbszsbub25jzq==\r\n"))
      #expect(head.contains("\r\nconnection: upgrade\r\n") && !head.contains("keep-alive") && !head.contains("extensions"))
      #expect(
        client.text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n")
          && client.text.contains("\r\nconnection: upgrade\r\nupgrade: websocket\r\n"))
      #expect(client.text.contains("x-podium-tier: enterprise\r\n"))
      #expect(try await pool(plane).inUse == 1)
      let sent = Frame.text("hello") + Frame.client([UInt8](repeating: 9, count: 200_000), opcode: 2)
      client.send(sent)
      await until("the server has it") { exchange.raw.withLock { $0 } == sent }
      let back = Frame.server(Array("world".utf8)) + Frame.server([UInt8](repeating: 8, count: 300_000), opcode: 2)
      exchange.send(back)
      await until("the client has it") { payload(client) == back }
      client.send(Frame.close(1000))
      await until("the server has the Close") { exchange.raw.withLock { $0.count } == sent.count + Frame.close(1000).count }
      exchange.send(Frame.close(1000, masked: false))
      exchange.close()
      await until("the client sees the end") { client.isClosed }
      #expect(payload(client) == back + Frame.close(1000, masked: false))
      try await until("the slot is free") { try await pool(plane).inUse == 0 }
      let other = try await plane.client()
      other.send("GET /metrics HTTP/1.1\r\nhost: t\r\n\r\n")
      let page = await other.receive("side=\"backend\"")
      for line in [
        #"qos_open_sessions{namespace="default",model="m",tier="enterprise"} 0"#,
        #"qos_sessions_total{namespace="default",model="m",tier="enterprise",outcome="served"} 1"#,
        #"qos_session_messages_total{namespace="default",model="m",tier="enterprise",direction="in"} 2"#,
      ] { #expect(page.contains(line + "\n"), "\(line) is missing") }
    }
  }

  @Test func `says nothing about service times, however long it lasts`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { if !$0.head.contains("websocket") { $0.json(answer) } }
      try plane.serve(server)
      let (client, exchange) = try await open(plane, server)
      let requests = try await plane.client()
      for number in 1...20 {
        requests.send(RawClient.post(chat))
        await requests.receive("total_tokens", times: number)
      }
      let before = try await pool(plane)
      exchange.send(Frame.close(1001, masked: false))
      exchange.close()
      await until("it ends") { client.isClosed }
      try await until("the slot is free") { try await pool(plane).inUse == 0 }
      let after = try await pool(plane)
      #expect(after.referenceServiceTime == before.referenceServiceTime)
      #expect(after.backends.map(\.breakers) == before.backends.map(\.breakers))
    }
  }

  @Test func `of a browser has its key in a subprotocol, which the server sees as a header or not at all`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      let digest = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"  // of "key"
      let sources: [Classification.Source] = [.apiKeys([digest: Identity(tier: "premium", tenant: "acme")])]
      try plane.server.apply(TestPlane.policy(sources: sources, pools: [TestPlane.pool("m", served: "org/big model", [server])]))
      let (known, first) = try await open(plane, server, headers: "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.key, v1\r\n")
      #expect(known.text.contains("x-podium-tier: premium\r\n"))
      #expect(first.head.contains("GET /v1/realtime?model=org%2Fbig%20model HTTP/1.1\r\n"))
      #expect(first.head.contains("sec-websocket-protocol: realtime, v1\r\n") && !first.head.contains("key.key"))
      #expect(!first.head.lowercased().contains("authorization"))
      let (unknown, second) = try await open(plane, server, headers: "Sec-WebSocket-Protocol: openai-insecure-api-key.theirs\r\n")
      #expect(unknown.text.contains("x-podium-tier: free\r\n"))
      #expect(second.head.contains("authorization: Bearer theirs\r\n") && !second.head.lowercased().contains("protocol"))
    }
  }

  @Test func `with a malformed frame ends with Close 1002 and a reason on both sides`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      for (name, bytes, problem) in `The WebSocket frame machine`.malformed where problem.code == 1002 {
        let (client, exchange) = try await open(plane, server)
        client.send(Frame.text("fine") + bytes)
        await until("\(name): the client sees the end") { client.isClosed }
        #expect(payload(client) == problem.frame(mask: nil), "\(name)")
        await until("\(name): the server sees the end") {
          exchange.isClosed || exchange.raw.withLock { $0.count } > Frame.text("fine").count
        }
        var framing = WebSocketFraming(.client, limit: 1 << 20)
        let raw = exchange.raw.withLock { $0 }
        #expect(framing.read(raw.span).problem == nil && framing.hasClosed, "\(name): the server got something malformed, or no Close")
        exchange.close()
      }
      try await until("no slot is held") { try await pool(plane).inUse == 0 }
    }
  }

  @Test func `whose server sends a malformed frame, or vanishes, tells the client`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let (client, exchange) = try await open(plane, server)
      exchange.send(Frame.server([1], opcode: 2) + Frame.text("masked"))
      await until("the client sees the end") { client.isClosed }
      #expect(payload(client) == Frame.server([1], opcode: 2) + WebSocketProblem.serverMalformed.frame(mask: nil))
      let (other, vanishing) = try await open(plane, server)
      vanishing.close()
      await until("the client sees the end") { other.isClosed }
      #expect(payload(other) == WebSocketProblem.serverGone.frame(mask: nil))
    }
  }

  @Test func `ends at the server when its client goes`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let (client, exchange) = try await open(plane, server)
      client.close()
      await until("the server sees the end") { exchange.isClosed }
      try await until("the slot is free") { try await pool(plane).inUse == 0 }
    }
  }

  @Test func `is ended with Close 1001 when the process stops`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let (client, exchange) = try await open(plane, server)
      // In the middle of a server's frame: its rest comes first.
      let frame = Frame.server(Array("long enough".utf8))
      exchange.send(Array(frame.prefix(5)))
      await until("its beginning arrives") { payload(client).count == 5 }
      let stopping = Task { await plane.server.shutdown(drain: .milliseconds(100)) }
      await until("the server is told") { exchange.raw.withLock { !$0.isEmpty } }
      exchange.send(Array(frame.dropFirst(5)) + Frame.server(Array("too late".utf8)))
      await until("the client sees the end") { client.isClosed }
      #expect(payload(client) == frame + WebSocketProblem.goingAway.frame(mask: nil))
      await stopping.value
    }
  }

  @Test func `does not outrun a side that does not read`() async throws {
    try await TestPlane.run(loops: 1) { plane in
      let early = try await EarlyServer(on: plane.group, accepting: true)
      try plane.server.apply(TestPlane.policy(pools: [early.pool]))
      let client = try await plane.client()
      client.send(Self.handshake())
      await client.receive("101 x")
      let frame = Frame.client([UInt8](repeating: 1, count: 1_000_000), opcode: 2)
      for _ in 0..<64 { client.send(frame) }
      var last = 0
      var steady = 0
      // What went in stops to grow long before everything has been taken: the proxy holds what its sockets hold.
      try await until("the client is held back") {
        let taken = Int(try await plane.server.sessionBytes())
        steady = taken == last && taken > 0 ? steady + 1 : 0
        last = taken
        return steady > 50
      }
      #expect(last < 32_000_000, "\(last) bytes were taken")
      await early.stop()
    }
  }

  @Test(arguments: [
    ("/v1/realtime", "", "13", 400, "model_missing"), ("/v1/realtime?model=none", "", "13", 404, "model_not_found"),
    ("/v1/realtime?model=m", "", "8", 426, "invalid_handshake"), ("/nothing?model=m", "", "13", 404, "unknown_url"),
    ("/v1/realtime?model=m", "sec-websocket-key: second==\r\n", "13", 400, "invalid_handshake"),
    ("/v1/realtime?model=m", "content-length: 1\r\n", "13", 400, "invalid_handshake"),
  ])
  func `that cannot begin is refused in OpenAI's format`(path: String, headers: String, version: String, status: Int, code: String)
    async throws
  {
    try await TestPlane.run { plane in
      try plane.serve()
      let client = try await plane.client()
      client.send(Self.handshake(path, headers: headers, version: version) + (headers.contains("length") ? "x" : ""))
      let text = await client.receive("}}")
      #expect(text.hasPrefix("HTTP/1.1 \(status) ") && text.contains("\"code\":\"\(code)\""), "\(text)")
      #expect(status != 426 || text.contains("sec-websocket-version: 13\r\n"))
    }
  }

  @Test func `that the server refuses has the server's own answer, and the connection goes on`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.json(
          exchange.head.contains("websocket") ? #"{"error":"no sessions"}"# : answer,
          status: exchange.head.contains("websocket") ? "403 Forbidden" : "200 OK")
      }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(Self.handshake())
      let text = await client.receive("no sessions")
      #expect(text.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
      client.send(RawClient.post(chat))
      await client.receive("total_tokens")
    }
  }

  @Test(arguments: [
    "HTTP/1.1 101 x\r\n\r\n",
    "HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n",
  ])
  func `that the server agrees to in a wrong way leads to 502`(malformed: String) async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.send(malformed) }
      try plane.serve(server)
      let client = try await plane.client()
      client.send(Self.handshake())
      let text = await client.receive("}}")
      #expect(text.hasPrefix("HTTP/1.1 502 "))
    }
  }
}

extension DataPlaneServer {
  /// Bytes of all sessions from clients so far.
  func sessionBytes() async throws -> UInt64 { try await counted().sessions.counts.reduce(0) { $0 + $1.bytesIn } }
}
