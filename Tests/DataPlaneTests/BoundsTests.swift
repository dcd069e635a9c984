import JSON
import NIOCore
import Scheduling
import Testing
import YAML

@testable import DataPlane

@Suite struct `What all requests together may hold` {
  @Test func `is bounded: a large body beyond it is refused before it is read, a small one is not`() async throws {
    var configuration = DataPlaneConfiguration()
    configuration.bodyBudget = 1 << 20
    try await TestPlane.run(loops: 1, configuration: configuration) { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let first = try await plane.client()
      let body = #"{"model":"m","x":""# + String(repeating: "y", count: 700_000) + "\"}"
      let request = RawClient.post(body)
      first.send(String(request.prefix(1000)))
      let marker = try await plane.client()
      marker.send("GET /healthz HTTP/1.1\r\nhost: t\r\n\r\n")
      await marker.receive("ok\n")

      let second = try await plane.client()
      second.send("POST /v1/completions HTTP/1.1\r\nhost: t\r\nexpect: 100-continue\r\ncontent-length: 200000\r\n\r\n")
      let refusal = await second.receive("}}")
      #expect(refusal.hasPrefix("HTTP/1.1 503 ") && refusal.contains("out_of_memory") && refusal.contains("\r\nretry-after: 1\r\n"))
      await until("the connection ends") { second.isClosed }
      let third = try await plane.client()
      third.send(
        "POST /v1/completions HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n30000\r\n" + String(repeating: "z", count: 0x30000))
      await third.receive("out_of_memory")
      marker.send(RawClient.post(chat))
      await marker.receive("total_tokens")

      first.send(String(request.dropFirst(1000)))
      await first.receive("total_tokens")
      let fourth = try await plane.client()
      fourth.send(request)
      await fourth.receive("total_tokens")
      #expect(server.requests.count == 3)
    }
  }

  @Test func `is a part of the memory that this process may use`() {
    #expect(DataPlaneConfiguration().bodyBudget == MemoryLimit.bytes / 4)
    #expect(MemoryLimit.bytes > 64 << 20)
    #expect(MemoryLimit.number(in: "/nothing/here") == nil)
  }
}

@Suite struct `A client that takes nothing of its answer` {
  @Test func `loses it after a while, and the model server is not blamed`() async throws {
    var configuration = DataPlaneConfiguration()
    configuration.clientStallTimeout = .milliseconds(100)
    try await TestPlane.run(configuration: configuration) { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(streamingChat))
      await until("the request arrives") { server.requests.count == 1 }
      server.requests[0].startStream()
      await client.receive("text/event-stream")
      try await client.stopReading()
      let event = String(repeating: "x", count: 1_000_000)
      for _ in 0..<50 where !server.requests[0].isClosed { server.requests[0].event(event) }
      await until("the server is let go") { server.requests[0].isClosed }
      let pool = try #require(try await plane.server.statistics().pools.first)
      #expect(pool.tiers.map(\.clientGone).reduce(0, +) == 1 && pool.tiers.map(\.failed).reduce(0, +) == 0)
      #expect(pool.scheduler.inUse == 0)
      client.close()
    }
  }
}

@Suite struct `Numbers of addresses` {
  private func backend(_ port: Int) -> Backend { Backend(host: "127.0.0.1", port: port) }

  @Test func `are used again when no policy needs them, and an old one finds nothing`() throws {
    let table = EndpointTable()
    let first = try #require(table.number(of: backend(1)))
    let kept = try #require(table.number(of: backend(2)))
    let gone = table.retire(except: [backend(2)])
    #expect(gone == [first] && table.address(first)?.port == 1, "what was dispatched can still be sent")
    table.recycle(gone)
    #expect(table.address(first) == nil)
    let next = try #require(table.number(of: backend(3)))
    #expect(next != first && EndpointTable.index(next) == EndpointTable.index(first))
    #expect(table.address(next)?.port == 3 && table.address(kept)?.port == 2 && table.address(first) == nil)
  }

  @Test func `stay few while backends come and go`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let client = try await plane.client()
      for number in 1...300 {
        var pool = TestPlane.pool("m", [server])
        pool.scheduling.capacity = .inferred
        pool.backends.append(Backend(host: "127.0.0.2", port: 10_000 + number))
        try plane.server.apply(TestPlane.policy(revision: "\(number)", pools: [pool]))
        guard number % 50 == 0 else { continue }
        pool.backends.removeLast()
        try plane.server.apply(TestPlane.policy(revision: "\(number)b", pools: [pool]))
        client.send(RawClient.post(chat))
        await client.receive("total_tokens", times: number / 50)
      }
      #expect(plane.server.endpoints.count <= 2)
      #expect(plane.server.endpoints.capacity < 100, "\(plane.server.endpoints.capacity) numbers for two addresses")
    }
  }
}

@Suite struct `Deadlines` {
  @Test func `are at most a sixteenth late, never early, and few`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    for _ in 0..<10_000 {
      let delay = UInt64.random(in: 0...4_000_000_000_000, using: &chance)
      let now = MonotonicTime(nanoseconds: UInt64.random(in: 0...1 << 60, using: &chance))
      let deadline = Deadline.after(delay, now)
      #expect(deadline >= now.nanoseconds + delay && deadline <= now.nanoseconds + delay + delay / 16, "seed \(seed)")
    }
    // 18,000 connections that became idle at different times within fifteen minutes.
    let delay: UInt64 = 900_000_000_000
    let moments = Set((0..<18_000).map { Deadline.after(delay, MonotonicTime(nanoseconds: UInt64($0) * 50_000_000)) })
    #expect(moments.count <= 32)
  }
}

@Suite struct `The limits of a proxy file` {
  private func file(_ text: String) throws -> ProxyFile {
    try ProxyFile(json: try YAMLParser.documents(Array((text + "\npolicy: {}").utf8))[0])
  }

  @Test func `are set with their units, and what is left out stays`() throws {
    let read = try file(
      "limits: {head: 64KiB, body: 1MiB, bodies: 2GiB, headers: 50}\ntimeouts: {clientIdle: 2h, request: 1500ms, lameDuck: 90s}")
    var configuration = DataPlaneConfiguration()
    let before = configuration
    read.bounds.apply(to: &configuration)
    #expect(configuration.limits.headBytes == 65_536 && configuration.limits.bodyBytes == 1 << 20 && configuration.bodyBudget == 2 << 30)
    #expect(configuration.limits.headerLines == 50 && configuration.limits.targetBytes == before.limits.targetBytes)
    #expect(configuration.clientIdleTimeout == .seconds(7200) && configuration.requestReadTimeout == .milliseconds(1500))
    #expect(configuration.lameDuck == .seconds(90) && configuration.connectTimeout == before.connectTimeout)
  }

  @Test(arguments: [
    ("timeouts: {request: 5}", "timeouts.request", "500ms, 90s, 15m or 2h"), ("timeouts: {request: 0s}", "timeouts.request", "90s"),
    ("timeouts: {request: -5s}", "timeouts.request", "90s"), ("timeouts: {upstream: 5s}", "timeouts.upstream", "clientIdle"),
    ("limits: {body: 64MB}", "limits.body", "64MiB"), ("limits: {head: 1KB}", "limits.head", "32KiB"),
    ("limits: {headers: 0}", "limits.headers", "1 to 10000"), ("limits: {head: 10B}", "limits.head", "1KiB"),
    ("limits: {body: 99999999999999GiB}", "limits.body", "64MiB"),
  ])
  func `with a mistake are refused with what to write instead`(text: String, path: String, hint: String) {
    let error = #expect(throws: PolicyError.self) { try file(text) }
    #expect(error?.path == path && error?.reason.contains(hint) == true, "\(String(describing: error))")
  }
}
