import NIOCore
import Scheduling
import Synchronization
import Testing

@testable import DataPlane

@Suite struct `Under load` {
  @Test func `enterprise requests overtake free ones that wait`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      var clients: [RawClient] = []
      for number in 0..<20 {
        let client = try await plane.client()
        client.send(RawClient.post("{\"model\":\"m\",\"free\":\(number)}", headers: "x-customer-tier: free\r\n"))
        clients.append(client)
      }
      await until("all free requests are admitted") {
        let state = try? await plane.server.statistics().pools[0].scheduler
        return (state?.waiting ?? 0) + (state?.inUse ?? 0) == 20
      }
      let dispatched = server.requests.count
      #expect(dispatched < 20)
      let important = try await plane.client()
      important.send(RawClient.post("{\"model\":\"m\",\"enterprise\":1}", headers: "x-customer-tier: enterprise\r\n"))
      await until("it is admitted") { (try? await plane.server.statistics().pools[0].scheduler.waiting) == 21 - dispatched }
      server.requests[0].json(answer)
      await until("the next request goes") { server.requests.count > dispatched }
      #expect(server.requests[dispatched].body.contains("enterprise"))
    }
  }

  @Test func `a request that would wait too long gets 429 and Retry-After`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let warm = try await plane.client()
      for number in 1...20 {
        warm.send(RawClient.post(chat))
        await warm.receive("total_tokens", times: number)
      }
      // From here on the server is silent: the queue grows until the door closes.
      let silent = try await plane.modelServer()
      try plane.serve(silent, revision: "2")
      var clients: [RawClient] = []
      try await until("somebody is refused") {
        let client = try await plane.client()
        client.send(RawClient.post(chat))
        clients.append(client)
        return clients.contains { $0.text.contains("HTTP/1.1 429 ") }
      }
      let refused = try #require(clients.first { $0.text.contains("HTTP/1.1 429 ") })
      #expect(refused.text.contains("\r\nretry-after: "))
      #expect(refused.text.contains("\"type\":\"rate_limit_error\""))
    }
  }

  @Test func `without a backend a request gets 503 and Retry-After at once`() async throws {
    try await TestPlane.run { plane in
      try plane.serve()
      let client = try await plane.client()
      client.send(RawClient.post(chat))
      let text = await client.receive("}}")
      #expect(text.hasPrefix("HTTP/1.1 503 ") && text.contains("retry-after: ") && text.contains("no_backend"))
    }
  }

  @Test func `a pool without a backend hands its requests to its fallback`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      let policy = TestPlane.policy(pools: [
        TestPlane.pool("m", [], fallbacks: ["small"]), TestPlane.pool("small", served: "org/small", [server]),
      ])
      try plane.server.apply(policy)
      let client = try await plane.client()
      client.send(RawClient.post(#"{"model":"m"}"#))
      await client.receive("total_tokens")
      #expect(server.requests.map(\.body) == [#"{"model":"org/small"}"#])
    }
  }

  @Test func `a new policy every few milliseconds drops no request`() async throws {
    try await TestPlane.run { plane in
      let first = try await plane.modelServer { $0.json(answer) }
      let second = try await plane.modelServer { $0.json(answer) }
      try plane.serve(first, second)
      let changing = Task {
        var revision = 2
        while !Task.isCancelled {
          var scheduling = SchedulingPolicy.standard
          scheduling.tiers[0].weight = 1 + revision % 100
          if revision % 3 == 0 { scheduling.tiers.swapAt(0, 2) }
          if revision % 5 == 0 { scheduling.tiers.removeLast(); scheduling.defaultTier = scheduling.tiers[0].name }
          let servers = revision % 2 == 0 ? [first, second] : [second]
          try plane.server.apply(
            TestPlane.policy(revision: "\(revision)", pools: [TestPlane.pool("m", servers, scheduling: scheduling)]))
          revision += 1
          try? await Task.sleep(for: .milliseconds(2))
        }
        return revision
      }
      let answered = try await withThrowingTaskGroup(of: Int.self) { tasks in
        for number in 0..<8 {
          tasks.addTask {
            let client = try await plane.client()
            let tier = ["enterprise", "premium", "free"][number % 3]
            for count in 1...60 {
              client.send(RawClient.post(chat, headers: "x-customer-tier: \(tier)\r\n"))
              await client.receive("total_tokens", times: count)
            }
            return client.text.split(separator: "HTTP/1.1 200 OK\r\n").count
          }
        }
        return try await tasks.reduce(0, +)
      }
      changing.cancel()
      #expect(answered == 8 * 60)
      #expect(try await changing.value > 5)
    }
  }

  @Test func `draining lets the requests under way end, and accepts no new ones`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      try plane.serve(server)
      let client = try await plane.client()
      client.send(RawClient.post(streamingChat))
      await until("the request arrives") { server.requests.count == 1 }
      server.requests[0].startStream()
      server.requests[0].event("1")
      await client.receive("data: 1\n\n")
      let idle = try await plane.client()
      let stopping = Task { await plane.server.shutdown(drain: .seconds(30)) }
      await until("the idle connection is closed") { idle.isClosed }
      await #expect(throws: (any Error).self) { _ = try await plane.client() }
      server.requests[0].event("2")
      server.requests[0].endStream()
      await client.receive("data: 2\n\n")
      await client.receive("\r\n0\r\n\r\n")
      await stopping.value
      await until("the client sees the end") { client.isClosed }
    }
  }

  @Test func `a reported queue of the model server holds back more requests`() throws {
    let page = """
      # TYPE vllm:num_requests_running gauge
      vllm:num_requests_running{engine="0",model_name="m"} 3.0
      vllm:num_requests_waiting{engine="0",model_name="m"} 2.0
      vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
      """
    #expect(ModelServerMetrics.report(Array(page.utf8).span) == BackendReport(running: 3, waiting: 2, kvCacheUsage: 0.25))
    #expect(ModelServerMetrics.report(Array("up 1\n".utf8).span) == nil)
  }
}
