import NIOCore
import Scheduling
import Synchronization
import Testing

@testable import DataPlane

@Suite struct `A process that stops` {
  /// Sends one request after the other over connections that are kept alive, as long as the proxy says that it is ready.
  private func customer(_ plane: TestPlane, _ isReady: @Sendable () -> Bool) async throws -> (sent: Int, answered: Int, closes: Int) {
    var (sent, answered, closes) = (0, 0, 0)
    while isReady() {
      let client = try await plane.client()
      var inThis = 0
      while isReady() {
        client.send(RawClient.post(chat))
        sent += 1
        inThis += 1
        let text = await client.receive("total_tokens", times: inThis)
        answered += 1
        if text.contains("connection: close") {
          closes += 1
          break
        }
        // A client's text is searched from its beginning.
        if inThis == 20 { break }
      }
      client.close()
    }
    return (sent, answered, closes)
  }

  @Test func `drops no request of those who stop to send when it is not ready any more`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in exchange.json(answer) }
      try plane.serve(server)
      let ready = Mutex(true)
      let isReady: @Sendable () -> Bool = { ready.withLock { $0 } }
      try await withThrowingTaskGroup(of: (sent: Int, answered: Int, closes: Int).self) { tasks in
        // Whatever goes wrong, customers end.
        defer { ready.withLock { $0 = false } }
        for _ in 0..<6 { tasks.addTask { try await customer(plane, isReady) } }
        await until("all are under way") { server.requests.count > 100 }
        let stopping = Task { await plane.server.shutdown(lameDuck: .seconds(3), drain: .seconds(20)) }
        // As a load balancer does: it asks now and then, and needs two answers.
        var refusals = 0
        while refusals < 2 {
          let probe = try await plane.client()
          probe.send("GET /readyz HTTP/1.1\r\nhost: t\r\n\r\n")
          await until("the probe is answered") { probe.isClosed || probe.text.hasSuffix("ok\n") || probe.text.hasSuffix("draining\n") }
          let text = probe.text
          if text.hasPrefix("HTTP/1.1 503 ") {
            refusals += 1
            #expect(text.contains("draining") && text.contains("connection: close\r\n"))
          }
          try await Task.sleep(for: .milliseconds(30))
        }
        ready.withLock { $0 = false }
        var total = (sent: 0, answered: 0, closes: 0)
        for try await part in tasks {
          total = (total.sent + part.sent, total.answered + part.answered, total.closes + part.closes)
        }
        await stopping.value
        #expect(total.sent == total.answered && total.answered == server.requests.count)
        #expect(total.closes > 0, "nobody was told that its connection ends")
      }
      await #expect(throws: (any Error).self) { _ = try await plane.client() }
    }
  }

  @Test func `answers everything that was pipelined before it says that the connection ends`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(chat) + RawClient.post(chat) + RawClient.post(chat))
      await until("the first arrives") { server.requests.count == 1 }
      let stopping = Task { await plane.server.shutdown(lameDuck: .milliseconds(1), drain: .seconds(20)) }
      await until("the listener is closed") { plane.server.port == nil }
      for number in 1...3 {
        await until("request \(number) arrives") { server.requests.count == number }
        server.requests[number - 1].json(answer)
      }
      await client.receive("total_tokens", times: 3)
      await until("the connection ends") { client.isClosed }
      #expect(client.text.pieces(between: "connection: close").count == 2)
      await stopping.value
    }
  }
}
