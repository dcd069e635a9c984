import LoadGenerator
import NIOCore
import Scheduling
import Synchronization
import Testing

@testable import DataPlane

@Suite struct `A request that its pool has admitted and cannot serve` {
  private func policy(_ big: FakeModelServer?, _ small: FakeModelServer, revision: String) -> TrafficPolicy {
    var scheduling = SchedulingPolicy.standard
    scheduling.capacity = .inferred
    var pools = [TestPlane.pool("small", served: "org/small", [small], scheduling: scheduling)]
    if let big { pools.append(TestPlane.pool("big", [big], scheduling: scheduling, fallbacks: ["small"])) }
    return TestPlane.policy(revision: revision, pools: pools)
  }

  @Test func `goes to the fallback when its pool vanishes while it waits, once`() async throws {
    try await TestPlane.run { plane in
      let big = try await plane.modelServer()
      let small = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(policy(big, small, revision: "1"))
      var clients: [RawClient] = []
      for number in 0..<7 {
        let client = try await plane.client()
        client.send(
          RawClient.post(
            "{\"model\":\"big\",\"number\":\"<\(number)>\"}", headers: "x-customer-tier: premium\r\nx-request-id: id-\(number)\r\n"))
        clients.append(client)
      }
      // An unknown server has room for four.
      await until("four are served and three wait") { big.requests.count == 4 }
      try await until("three wait") { try await plane.server.statistics().pools.last?.scheduler.waiting == 3 }
      try plane.server.apply(policy(nil, small, revision: "2"))
      await until("three are served by the fallback") { small.requests.count == 3 }
      for exchange in big.requests { exchange.json(answer) }
      for (number, client) in clients.enumerated() {
        let text = await client.receive("total_tokens")
        #expect(
          text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("x-request-id: id-\(number)\r\n")
            && text.contains("x-podium-tier: premium\r\n"))
      }
      #expect(big.requests.count == 4)
      let bodies = small.requests.map(\.body)
      #expect(bodies.count == 3 && bodies.allSatisfy { $0.hasPrefix(#"{"model":"org/small","number":"<"#) }, "\(bodies)")
      #expect(small.requests.allSatisfy { $0.head.contains("content-length: \($0.body.utf8.count)\r\n") })
    }
  }

  @Test func `goes to the fallback when its attempts have failed`() async throws {
    try await TestPlane.run { plane in
      let big = try await plane.modelServer()
      let small = try await plane.modelServer { $0.json(answer) }
      try plane.server.apply(policy(big, small, revision: "1"))
      await big.stop()
      let client = try await plane.client()
      for number in 1...3 {
        client.send(RawClient.post(#"{"model":"big"}"#))
        await client.receive("total_tokens", times: number)
      }
      #expect(!client.text.contains("HTTP/1.1 5"))
      #expect(small.requests.map(\.body) == Array(repeating: #"{"model":"org/small"}"#, count: 3))
    }
  }

  @Test func `of a pool that vanished without a fallback is served by the servers it knew`() async throws {
    try await TestPlane.run { plane in
      let big = try await plane.modelServer()
      let small = try await plane.modelServer()
      var first = policy(big, small, revision: "1")
      first.pools[1].fallbacks = []
      try plane.server.apply(first)
      var clients: [RawClient] = []
      for _ in 0..<6 {
        let client = try await plane.client()
        client.send(RawClient.post(#"{"model":"big"}"#))
        clients.append(client)
      }
      await until("four are served") { big.requests.count == 4 }
      try await until("two wait") { try await plane.server.statistics().pools.last?.scheduler.waiting == 2 }
      try plane.server.apply(policy(nil, small, revision: "2"))
      for exchange in big.requests { exchange.json(answer) }
      await until("the others follow") { big.requests.count == 6 }
      for exchange in big.requests.suffix(2) { exchange.json(answer) }
      for client in clients { await client.receive("total_tokens") }
      #expect(small.requests.isEmpty)
    }
  }
}

/// A model server that can be killed and started again on its port.
final class MortalServer: Sendable {
  private let server = Mutex<FakeModelServer?>(nil)
  private let isDead = Mutex(false)
  private let group: any EventLoopGroup
  let port: Int

  init(on group: any EventLoopGroup) async throws {
    self.group = group
    let first = try await FakeModelServer(on: group)
    port = first.port
    await first.stop()
    try await start()
  }

  func start() async throws {
    isDead.withLock { $0 = false }
    let loop = group.next()
    let started = try await FakeModelServer(
      on: group, port: port,
      answer: { [self] exchange in
        loop.scheduleTask(in: .milliseconds(5)) { [self] in
          if isDead.withLock({ $0 }) { exchange.close() } else { exchange.json(answer) }
        }
      })
    server.withLock { $0 = started }
  }

  /// No new connections, and every request under way or on an open one ends with a reset.
  func kill() async {
    isDead.withLock { $0 = true }
    let server = server.withLock { $0 }
    await server?.stop()
    for exchange in server?.requests ?? [] { exchange.close() }
  }

  var served: Int { server.withLock { $0?.requests.count ?? 0 } }
}

@Suite(.serialized) struct `One of four model servers killed and back` {
  @Test func `costs no enterprise request that a retry could save`() async throws {
    try await TestPlane.run { plane in
      var servers: [MortalServer] = []
      for _ in 0..<4 { servers.append(try await MortalServer(on: plane.group)) }
      var scheduling = SchedulingPolicy.standard
      scheduling.capacity = .inferred
      let pool = PoolPolicy(
        name: "m", models: ["m"], servedModel: "m", backends: servers.map { Backend(host: "127.0.0.1", port: $0.port) },
        scheduling: scheduling)
      try plane.server.apply(TestPlane.policy(pools: [pool]))
      var plan = LoadPlan(
        port: plane.port, model: "m", arrivals: .open(requestsPerSecond: 200), duration: .seconds(4),
        tiers: [.init(name: "enterprise", share: 30), .init(name: "free", share: 70)])
      plan.streams = false
      let victim = servers[1]
      let killing = Task {
        await until("the victim serves") { victim.served > 20 }
        await victim.kill()
        try await Task.sleep(for: .seconds(1))
        try await victim.start()
      }
      let report = try await Load.run(plan, on: plane.group)
      try await killing.value
      let enterprise = report.tiers[0]
      #expect(enterprise.completed == enterprise.sent, "\(report.table)")
      #expect(victim.served > 0, "the victim was not asked again after it had come back")
      print("one of four servers killed and back\n\(report.table)")
    }
  }
}
