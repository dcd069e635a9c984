import ModelServer
import NIOCore
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `In a model server's own queue` {
  /// The order in which answers come: one request runs, two of free wait in the server's queue, then one of enterprise does.
  private static func order(priorityScheduling: Bool, forwardsPriority: Bool) async throws -> [String] {
    var configuration = ModelServerConfiguration(
      model: "m", latency: LatencyModel(base: 200, perSequence: 0, perStep: 0, perPromptToken: 0))
    configuration.maximumSequences = 1
    configuration.isPriorityScheduling = priorityScheduling
    let simulator = ModelServerSimulator(configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await simulator.run() }
      let port = try await simulator.boundPort
      let order = try await TestPlane.run { plane in
        var pool = TestPlane.pool("m", [])
        pool.backends = [Backend(host: "127.0.0.1", port: port)]
        // Four are handed over before anything is known: more than the server runs.
        pool.scheduling.capacity = .inferred
        pool.forwardsPriority = forwardsPriority
        try plane.server.apply(TestPlane.policy(pools: [pool]))
        return try await Self.run(plane)
      }
      group.cancelAll()
      return order
    }
  }

  private static func run(_ plane: TestPlane) async throws -> [String] {
    var clients: [(name: String, client: RawClient)] = []
    for (number, tier) in ["free", "free", "free", "enterprise"].enumerated() {
      let client = try await plane.client()
      // A free client's own priority lifts nobody.
      let tokens = number == 0 ? 15 : 2
      let body = #"{"model":"m","max_tokens":\#(tokens),"priority":-99,"messages":[{"role":"user","content":"hi"}]}"#
      client.send(RawClient.post(body, headers: "x-customer-tier: \(tier)\r\n"))
      clients.append(("\(tier) \(number)", client))
      await until("request \(number) has been handed over") {
        ((try? await plane.server.statistics().pools[0].scheduler.inUse) ?? 0) == number + 1
      }
    }
    var order: [String] = []
    await until("all are answered, in the order \(order)") {
      for (name, client) in clients where !order.contains(name) && client.text.contains("usage") { order.append(name) }
      return order.count == 4
    }
    return order
  }

  @Test func `enterprise overtakes free when its rank is forwarded, and not without`() async throws {
    #expect(try await Self.order(priorityScheduling: true, forwardsPriority: true) == ["free 0", "enterprise 3", "free 1", "free 2"])
    #expect(try await Self.order(priorityScheduling: true, forwardsPriority: false) == ["free 0", "free 1", "free 2", "enterprise 3"])
    // vLLM ignores priorities under first come, first served.
    #expect(try await Self.order(priorityScheduling: false, forwardsPriority: true) == ["free 0", "free 1", "free 2", "enterprise 3"])
  }
}
