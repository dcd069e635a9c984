import DataPlane
import NIOCore
import Scheduling
import Testing

/// What arrives in one piece, or before the client can have read anything of ours.
@Suite struct `HTTP/2 in bursts` {
  private static func head(_ stream: UInt32, _ fields: [(String, String)], end: Bool = true) -> ByteBuffer {
    FrameClient.bytes(.headers, end ? 5 : 4, stream, FrameClient.block(fields))
  }

  private static func reset(_ stream: UInt32) -> ByteBuffer { FrameClient.bytes(.reset, 0, stream, [0, 0, 0, 8]) }

  private static let post = FrameClient.fields("POST", "/v1/chat/completions")

  private static func data(_ text: String, end: Bool = true) -> ByteBuffer { FrameClient.bytes(.data, end ? 1 : 0, 5, Array(text.utf8)) }

  /// What has arrived before, and what arrives together with the reset.
  static let given: [(name: String, before: [ByteBuffer], together: [ByteBuffer])] = [
    ("answered at once", [], [head(5, FrameClient.fields("GET", "/v1/models"))]),
    ("not found", [], [head(5, FrameClient.fields("GET", "/nothing"))]),
    ("malformed", [], [head(5, FrameClient.fields("GET", "/v1/models", [("host", "other")]))]),
    ("forwarded", [], [head(5, post, end: false), data(chat)]),
    ("refused before its body", [], [head(5, FrameClient.fields("DELETE", "/v1/chat/completions"), end: false), data("A", end: false)]),
    ("forwarded when its body is complete", [head(5, post, end: false)], [data(chat)]),
    ("refused when its body is complete", [head(5, post, end: false)], [data("nonsense")]),
    ("refused in its body", [head(5, post + [("content-length", "9")], end: false), data("no")], [data("nsense", end: false), data("!")]),
    ("too long", [head(5, post, end: false), data("{", end: false)], [data(String(repeating: " ", count: 10_000), end: false)]),
  ]

  @Test(arguments: given.indices) func `a request that is reset in the same breath ends alone, the others of its connection go on`(
    index: Int
  )
    async throws
  {
    var configuration = DataPlaneConfiguration()
    configuration.limits.bodyBytes = 4000
    try await TestPlane.run(configuration: configuration) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      client.headers(1, FrameClient.fields("GET", "/v1/models"))
      _ = await client.answer(1)
      let (name, before, together) = Self.given[index]
      client.send(before)
      if !before.isEmpty {
        client.headers(7, FrameClient.fields("GET", "/v1/models"))
        _ = await client.answer(7)
      }
      client.send(together + [Self.reset(5), Self.head(9, FrameClient.fields("GET", "/v1/models"))])
      #expect(await client.answer(9).status == "200", "after '\(name)': \(client.frames.map { ($0.kind, $0.stream, $0.payload) })")
      #expect(client.goAways.isEmpty && !client.isClosed, "\(client.goAways.map(\.payload)) after '\(name)'")
      await until("nothing is under way") { (try? await plane.server.statistics().pools[0].scheduler.inUse) == 0 }
    }
  }

  @Test(arguments: [150, 256]) func `as many streams as we allow may be opened before our settings are confirmed`(count: Int) async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group, isPolite: false)
      let streams = (0..<count).map { UInt32(2 * $0 + 1) }
      client.send(streams.map { Self.head($0, FrameClient.fields("POST", "/v1/chat/completions"), end: false) })
      client.send(streams.map { FrameClient.bytes(.data, 1, $0, Array(chat.utf8)) })
      for stream in streams {
        let answer = await client.answer(stream)
        try #require(["200", "429"].contains(answer.status), "\(stream): \(answer) \(client.goAways) \(client.isClosed)")
      }
      #expect(client.goAways.isEmpty && !client.isClosed)
    }
  }

  @Test func `streams over the limit, opened before it could be known, are refused and the others are served`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group, isPolite: false)
      let streams = (0..<600).map { UInt32(2 * $0 + 1) }
      client.send(streams.map { Self.head($0, FrameClient.fields("POST", "/v1/chat/completions"), end: false) })
      let served = streams.prefix(256)
      client.send(streams.map { FrameClient.bytes(.data, 1, $0, Array(chat.utf8)) })
      for stream in served {
        let answer = await client.answer(stream)
        try #require(["200", "429"].contains(answer.status), "\(stream): \(answer) \(client.goAways) \(client.isClosed)")
      }
      // REFUSED_STREAM: nothing has been done, and it may be sent again (RFC 9113 section 8.7).
      for stream in streams.dropFirst(256) {
        _ = await client.answer(stream)
        try #require(client.resetCode(stream) == 7, "\(stream)")
      }
      #expect(client.goAways.isEmpty && !client.isClosed)
      client.headers(1201, FrameClient.fields("GET", "/v1/models"))
      #expect(await client.answer(1201).status == "200")
    }
  }

  @Test func `who goes on opening streams over the limit is told to calm down, and loses its connection`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await FrameClient(port: plane.port, on: plane.group)
      for number in 0..<1300 {
        client.headers(UInt32(2 * number + 1), FrameClient.fields("POST", "/v1/chat/completions"), end: number >= 256)
      }
      await until("the connection ends") { client.isClosed }
      #expect(client.goAways.last?.errorCode == 11)
      await until("nothing is under way") { (try? await plane.server.statistics().clientConnections) == 0 }
    }
  }
}
