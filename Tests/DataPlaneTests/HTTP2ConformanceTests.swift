import DataPlane
import NIOCore
import Scheduling
import Testing

/// What RFC 9113 says of frames and fields that are wrong. h2spec is not packaged for Debian: these are its cases that matter here.
@Suite struct `HTTP/2 against wrong clients` {
  static let post = FrameClient.fields("POST", "/v1/chat/completions")

  /// Requests without one meaning, or that smuggle (section 8.1.1): the stream is reset, and the connection goes on.
  static let malformed: [(name: String, fields: [(String, String)])] = [
    ("upper case in a name", FrameClient.fields("GET", "/v1/models", [("X-Upper", "1")])),
    ("a blank in a name", FrameClient.fields("GET", "/v1/models", [("x y", "1")])),
    ("CR LF in a value", FrameClient.fields("GET", "/v1/models", [("x", "1\r\nx-customer-tier: enterprise")])),
    ("LF in a value", FrameClient.fields("GET", "/v1/models", [("x", "1\nx-customer-tier: enterprise")])),
    ("NUL in a value", FrameClient.fields("GET", "/v1/models", [("x", "1\0")])),
    ("a control character in a value", FrameClient.fields("GET", "/v1/models", [("x", "1\u{1}")])),
    ("CR LF in the path", FrameClient.fields("GET", "/v1/models HTTP/1.1\r\nx-customer-tier: enterprise\r\n\r\n")),
    ("a blank in the path", FrameClient.fields("GET", "/v1/models HTTP/1.1")),
    ("a blank in the method", FrameClient.fields("GET /healthz HTTP/1.1", "/v1/models")),
    ("connection", FrameClient.fields("GET", "/v1/models", [("connection", "close")])),
    ("keep-alive", FrameClient.fields("GET", "/v1/models", [("keep-alive", "1")])),
    ("proxy-connection", FrameClient.fields("GET", "/v1/models", [("proxy-connection", "close")])),
    ("transfer-encoding", FrameClient.fields("GET", "/v1/models", [("transfer-encoding", "chunked")])),
    ("upgrade", FrameClient.fields("GET", "/v1/models", [("upgrade", "websocket")])),
    ("te other than trailers", FrameClient.fields("GET", "/v1/models", [("te", "gzip")])),
    ("no path", [(":method", "GET"), (":scheme", "http"), (":authority", "test")]),
    ("an empty path", FrameClient.fields("GET", "")),
    ("no method", [(":scheme", "http"), (":path", "/v1/models"), (":authority", "test")]),
    ("no scheme", [(":method", "GET"), (":path", "/v1/models"), (":authority", "test")]),
    ("another scheme", [(":method", "GET"), (":scheme", "file"), (":path", "/v1/models"), (":authority", "test")]),
    ("two paths", FrameClient.fields("GET", "/v1/models", []) + [(":path", "/healthz")]),
    ("two methods", [(":method", "GET")] + FrameClient.fields("POST", "/v1/models")),
    ("a pseudo field behind a field", [(":method", "GET"), (":scheme", "http"), ("x", "1"), (":path", "/v1/models")]),
    ("an unknown pseudo field", FrameClient.fields("GET", "/v1/models") + [(":tier", "enterprise")]),
    ("a pseudo field of responses", FrameClient.fields("GET", "/v1/models") + [(":status", "200")]),
    ("two names of the host", FrameClient.fields("GET", "/v1/models", [("host", "other")])),
    ("a blank in the authority", [(":method", "GET"), (":scheme", "http"), (":path", "/v1/models"), (":authority", "a b")]),
    ("a length without a body", FrameClient.fields("POST", "/v1/chat/completions", [("content-length", "5")])),
  ]

  @Test(arguments: malformed.indices) func `a malformed request resets its stream only`(index: Int) async throws {
    let (name, fields) = Self.malformed[index]
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.headers(1, fields)
      await until("the stream of '\(name)' is reset (so far: \(client.frames))") {
        client.resetCode(1) != nil || client.hasEnded(1) || client.isClosed
      }
      #expect(client.resetCode(1) == 1, "\(name)")
      client.headers(3, FrameClient.fields("GET", "/v1/models"))
      #expect(await client.answer(3).status == "200", "the connection does not go on after '\(name)'")
      #expect(server.requests.isEmpty && client.goAways.isEmpty)
    }
  }

  /// Requests that are well formed as frames and that the machine of HTTP/1.1 refuses: an error that can be read.
  static let refused: [(fields: [(String, String)], status: String)] = [
    (FrameClient.fields("GET", "v1/models"), "400"),
    (FrameClient.fields("BREW", "/v1/models"), "501"),
    ([(":method", "CONNECT"), (":authority", "test:443")], "501"),
    ([(":method", "GET"), (":scheme", "http"), (":path", "/v1/models")], "400"),
    (FrameClient.fields("GET", "/" + String(repeating: "a", count: 9000)), "414"),
    (
      FrameClient.fields("GET", "/v1/models", [("x", String(repeating: "a", count: 14000)), ("y", String(repeating: "a", count: 2000))]),
      "200"
    ),
    (FrameClient.fields("DELETE", "/v1/models"), "405"),
    (post + [("expect", "200-maybe")], "417"),
  ]

  @Test(arguments: refused.indices) func `a request that is refused gets an answer in OpenAI's format`(index: Int) async throws {
    try await TestPlane.run { plane in
      try plane.serve(try await plane.modelServer())
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.headers(1, Self.refused[index].fields)
      let refusal = await client.answer(1)
      #expect(refusal.status == Self.refused[index].status, "\(client.frames)")
      if refusal.status != "200" { #expect(refusal.body.hasPrefix("{\"error\":{\"message\":")) }
    }
  }

  @Test(arguments: [("5", "{}"), ("1", "{}")]) func `a body of another length than it says resets the stream`(length: String, body: String)
    async throws
  {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.post(1, body, [("content-length", length)])
      await until("the stream is reset") { client.resetCode(1) == 1 }
      await until("nothing is under way") { (try? await plane.server.statistics().busyConnections) == 0 }
      client.headers(3, FrameClient.fields("GET", "/v1/models"))
      #expect(await client.answer(3).status == "200")
      #expect(server.requests.isEmpty)
    }
  }

  /// Connection errors, and floods: the connection ends with GOAWAY.
  static let fatal: [(name: String, send: @Sendable (FrameClient) -> Void)] = [
    ("DATA on stream 0", { $0.send(.data, flags: 1, stream: 0, [1]) }),
    ("an empty name", { $0.headers(1, FrameClient.fields("GET", "/v1/models", [("", "1")])) }),
    ("DATA on an idle stream", { $0.data(1, "x") }),
    ("HEADERS on an even stream", { $0.headers(2, FrameClient.fields("GET", "/healthz")) }),
    (
      "a frame inside a block of fields",
      { client in
        client.send(.headers, stream: 1, FrameClient.block(FrameClient.fields("GET", "/healthz")))
        client.send(.ping, [UInt8](repeating: 0, count: 8))
      }
    ),
    ("CONTINUATION without HEADERS", { $0.send(.continuation, flags: 4, stream: 1, [0x82]) }),
    ("an index that does not exist", { $0.send(.headers, flags: 5, stream: 1, [0xff, 0xff, 0x7f]) }),
    ("SETTINGS of a wrong length", { $0.send(.settings, [0, 3, 0]) }),
    (
      "a window that overflows",
      { client in
        client.widen(0, by: 0x7fff_ffff)
        client.widen(0, by: 0x7fff_ffff)
      }
    ),
    ("PING of a wrong length", { $0.send(.ping, [0]) }),
    ("PUSH_PROMISE from a client", { $0.send(.pushPromise, flags: 4, stream: 1, [0, 0, 0, 2]) }),
    ("a frame larger than allowed", { $0.send(.data, stream: 1, [UInt8](repeating: 0, count: 20_000)) }),
    (
      "an endless block of fields (CVE-2024-27316)",
      { client in
        client.send(.headers, stream: 1, FrameClient.block(FrameClient.fields("GET", "/healthz")))
        for _ in 0..<200 { client.send(.continuation, stream: 1, FrameClient.block([("x", String(repeating: "a", count: 1000))])) }
      }
    ),
    (
      "a list of fields far above the limit",
      { client in
        client.send(.headers, stream: 1, FrameClient.block(FrameClient.fields("GET", "/healthz")))
        let part = FrameClient.block([("x", String(repeating: "a", count: 16_000))])
        for index in 0..<5 { client.send(.continuation, flags: index == 4 ? 4 : 0, stream: 1, part) }
      }
    ),
    (
      "streams opened and reset (CVE-2023-44487)",
      { client in
        for number in 0..<2000 {
          client.headers(UInt32(2 * number + 1), `HTTP/2 against wrong clients`.post, end: false)
          client.reset(UInt32(2 * number + 1))
        }
      }
    ),
    (
      "malformed requests",
      { client in
        for number in 0..<1000 { client.headers(UInt32(2 * number + 1), [(":method", "GET")]) }
      }
    ),
    ("pings", { client in for _ in 0..<2000 { client.send(.ping, [UInt8](repeating: 1, count: 8)) } }),
    ("settings", { client in for _ in 0..<2000 { client.send(.settings, [0, 3, 0, 0, 0, 100]) } }),
    (
      "empty DATA (CVE-2019-9518)",
      { client in
        client.headers(1, `HTTP/2 against wrong clients`.post, end: false)
        for _ in 0..<1000 { client.data(1, "", end: false) }
      }
    ),
  ]

  @Test(arguments: fatal.indices) func `what breaks the connection, or floods it, ends it and nothing else`(index: Int) async throws {
    let (name, send) = Self.fatal[index]
    try await TestPlane.run { plane in
      try plane.serve(try await plane.modelServer())
      let other = try await FrameClient(port: plane.port, on: plane.group)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      send(client)
      await until("the connection is closed after '\(name)'") { client.isClosed }
      let frames = client.frames.map { "\($0.kind) \($0.flags) \($0.stream) \($0.payload)" }
      #expect(client.goAways.contains { $0.errorCode != 0 }, "\(name): \(frames)")
      other.headers(1, FrameClient.fields("GET", "/v1/models"))
      #expect(await other.answer(1).status == "200")
      await until("nothing is left of it") { (try? await plane.server.statistics().busyConnections) == 0 }
    }
  }

  @Test func `streams above the limit are refused, and those below it go on`() async throws {
    var configuration = DataPlaneConfiguration()
    configuration.http2.concurrentStreams = 4
    try await TestPlane.run(configuration: configuration) { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      await until("the limit is announced") { client.frames.contains { $0.kind == 4 && $0.payload.starts(with: [0, 3, 0, 0, 0, 4]) } }
      client.headers(1, FrameClient.fields("GET", "/v1/models"))
      #expect(await client.answer(1).status == "200")
      for stream in [3, 5, 7, 9, 11] as [UInt32] { client.headers(stream, Self.post, end: false) }
      await until("the fifth is refused") { client.resetCode(11) != nil || client.isClosed }
    }
  }

  @Test func `a preface that goes wrong is no HTTP/1.1 request either`() async throws {
    try await TestPlane.run { plane in
      for text in ["PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "PRI * HTTP/2.1\r\n\r\n", "GET / HTTP/2.0\r\nhost: a\r\n\r\n"] {
        let client = try await plane.client()
        client.send(text)
        await until("'\(text)' ends the connection") { client.isClosed }
        #expect(!client.text.contains("200 OK"))
      }
      let client = try await plane.client()
      client.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
      await client.receive("ok\n")
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      await client.receive("505 HTTP Version Not Supported")
      await until("the connection is closed") { client.isClosed }
    }
  }

  @Test func `the preface may come byte by byte`() async throws {
    try await TestPlane.run { plane in
      let client = try await plane.client()
      for character in "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" {
        client.send(String(character))
        await Task.yield()
      }
      client.send("\0\0\0\u{4}\0\0\0\0\0")
      await until("settings arrive") { client.text.utf8.count > 9 }
      #expect(!client.text.contains("HTTP/1.1"))
      client.close()
    }
  }
}
