import ControllerRuntime
import CurlTransport
import Foundation
import JSON
import Kubernetes
import Logging
import TestKit
import Testing

/// The transport against a server that misbehaves, over HTTP/1.1.
@Suite struct FaultTests {
  private static let pods = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private static let get = APIRequest(.get, "/x")
  private static let watch = APIRequest.watch(pods, from: "1", timeout: .seconds(300))

  private func transport(_ server: ScriptedServer, limits: CurlTransport.Limits = CurlTransport.Limits()) -> CurlTransport {
    CurlTransport(ClusterConnection(server: server.url), limits: limits, logger: Self.logger)
  }

  @Test("A request arrives as it was built, and the connection is used again")
  func whole() async throws {
    let server = try ScriptedServer { _ in [.answer(429, "{\"a\":1}", headers: ["Retry-After: 7"])] }
    let transport = transport(server)
    let object = KubeObject(Self.pods, namespace: "n", name: "a")
    for _ in 0..<3 {
      let response = try await transport.send(.apply(Self.pods, object, manager: "m"))
      #expect(response.head == APIResponseHead(status: 429, retryAfter: .seconds(7)))
      #expect(try JSONValue(parsing: response.body) == ["a": 1])
    }
    let request = try #require(server.requests.first)
    #expect(request.method == "PATCH")
    #expect(request.target == "/api/v1/namespaces/n/pods/a?fieldManager=m&force=true")
    #expect(request.headers["content-type"] == "application/apply-patch+yaml")
    #expect(request.headers["accept"] == "application/json")
    #expect(request.headers["expect"] == nil)
    #expect(try JSONValue(parsing: request.body) == object.json)
    #expect(server.connectionCount == 1)
  }

  @Test("A server that is down is unreachable, and the message names it")
  func down() async throws {
    let server = try ScriptedServer { _ in [] }
    server.stop()
    let error = await #expect(throws: TransportError.self) { try await transport(server).send(Self.get) }
    #expect(error?.kind == .unreachable)
    #expect(error?.isTransient == true)
    #expect(error?.message.contains("127.0.0.1:\(server.port)") == true, "\(String(describing: error))")
  }

  @Test("A server that is slow runs into the deadline")
  func slow() async throws {
    let server = try ScriptedServer { _ in [.stall] }
    var limits = CurlTransport.Limits()
    limits.deadline = .milliseconds(200)
    let error = await #expect(throws: TransportError.self) { try await transport(server, limits: limits).send(Self.get) }
    #expect(error?.kind == .timeout)
  }

  @Test("Half an answer is no answer", arguments: [ScriptedServer.Step.close, .reset])
  func half(ending: ScriptedServer.Step) async throws {
    let server = try ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":"), .wait(milliseconds: 20), ending]
    }
    let error = await #expect(throws: TransportError.self) { try await transport(server).send(Self.get) }
    #expect(error?.kind == .interrupted)
  }

  @Test("What came before a reset is read, then the watch fails")
  func resetWatch() async throws {
    let server = try ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), .wait(milliseconds: 50), .reset]
    }
    let error = await #expect(throws: TransportError.self) {
      try await transport(server).stream(Self.watch) { _, source in
        #expect(try await source.next() == Array("ab".utf8))
        _ = try await source.next()
      }
    }
    #expect(error?.kind == .interrupted)
  }

  @Test("A silent watch is given up")
  func stall() async throws {
    let server = try ScriptedServer { _ in [.open, .send("x"), .stall] }
    var limits = CurlTransport.Limits()
    limits.silence = .seconds(1)
    let error = await #expect(throws: TransportError.self) {
      try await transport(server, limits: limits).stream(Self.watch) { _, source in while try await source.next() != nil {} }
    }
    #expect(error?.kind == .stalled)
  }

  @Test("Leaving a watch, by returning or by cancellation, ends it on the server")
  func leaving() async throws {
    let server = try ScriptedServer { _ in [.open, .send("x"), .stall] }
    let transport = transport(server)
    try await transport.stream(Self.watch) { _, source in _ = try await source.next() }
    let task = Task {
      try await transport.stream(Self.watch) { _, source in while try await source.next() != nil {} }
    }
    try await eventually("the second watch") { server.requests.count == 2 }
    task.cancel()
    let result = await task.result
    #expect(throws: CancellationError.self) { try result.get() }
    try await eventually("no connection is left") { server.openCount == 0 }
  }

  @Test("A reader that stops slows the server down instead of filling memory, and loses nothing")
  func backPressure() async throws {
    let total = 64 << 20
    let server = try ScriptedServer { _ in [.open, .flood(total), .close] }
    var limits = CurlTransport.Limits()
    limits.highWater = 256 << 10
    let read = try await transport(server, limits: limits).stream(Self.watch) { _, source in
      var read = try await source.next()?.count ?? 0
      var before = -1
      // The server stands still when two looks see the same count.
      try await eventually("the server stands still", every: .milliseconds(200)) {
        defer { before = server.sent }
        return server.sent > 0 && server.sent == before
      }
      #expect(server.sent < total / 2)
      while let chunk = try await source.next() { read += chunk.count }
      return read
    }
    #expect(read == total)
  }

  @Test("Over plain HTTP each of many watches gets its connection, and requests still get through")
  func manyWatches() async throws {
    let server = try ScriptedServer { $0.target.contains("watch=1") ? [.open, .send("x"), .stall] : [.answer(200, "{}")] }
    let transport = transport(server)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask { try await transport.stream(Self.watch) { _, source in while try await source.next() != nil {} } }
      }
      try await eventually("all watches") { server.requests.count == 40 }
      #expect(try await transport.send(Self.get).head.status == 200)
      group.cancelAll()
      while (try? await group.next()) != nil {}
    }
  }

  @Test("A token file is read again when it changes")
  func tokenFile() async throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write("first\n", to: "token")
    let server = try ScriptedServer { $0.headers["authorization"] == "Bearer second" ? [.answer(200, "{}")] : [.answer(401, "{}")] }
    var connection = ClusterConnection(server: server.url)
    connection.credential = .tokenFile(file)
    let transport = CurlTransport(connection, logger: Self.logger)
    #expect(try await transport.send(Self.get).head.status == 401)
    #expect(server.requests.first?.headers["authorization"] == "Bearer first")
    try folder.write("second\n", to: "token")
    #expect(try await transport.send(Self.get).head.status == 200)
  }

  @Test("After shutdown requests fail at once")
  func shutdown() async throws {
    let server = try ScriptedServer { _ in [.answer(200, "{}")] }
    let transport = transport(server)
    transport.shutdown()
    let error = await #expect(throws: TransportError.self) { try await transport.send(Self.get) }
    #expect(error?.kind == .shutdown)
  }
}
