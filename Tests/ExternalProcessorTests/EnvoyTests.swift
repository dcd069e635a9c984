import DataPlane
import Scheduling
import TestKit
import Testing

@testable import ExternalProcessor

/// The two ways of `examples/envoy-ext-proc.yaml`, by the names of their listeners.
private let ways = ["bodies", "headers"]

@Suite("Behind a real Envoy", .serialized, .enabled(if: EnvoyProcess.program != nil, "there is no envoy: hack/setup test installs it"))
struct EnvoyTests {
  /// A gateway with one pool, and Envoy with the reference configuration in front of it.
  private func run(
    _ servers: [GatedServer], policy: TrafficPolicy? = nil, changes: [(String, String)] = [], stops: Bool = true,
    _ body: (Gateway, EnvoyProcess) async throws -> Void
  ) async throws {
    let ports = servers.map(\.port)
    try await Gateway.run(policy: policy ?? Gateway.policy(Gateway.pool(ports: ports))) { gateway in
      let envoy = try await EnvoyProcess(processor: gateway.port, servers: ports, changes: changes)
      defer { envoy.stop() }
      try await body(gateway, envoy)
    }
    if stops { for server in servers { await server.stop() } }
  }

  private func port(_ envoy: EnvoyProcess, _ way: String) throws -> Int { try #require(envoy.ports[way]) }

  @Test("under a backlog the highest tier goes first, whatever came first", arguments: ways)
  func order(way: String) async throws {
    let server = try await GatedServer()
    try await run([server]) { gateway, envoy in
      let port = try port(envoy, way)
      var clients: [TestClient] = []
      for name in ["filler 1", "filler 2", "filler 3", "filler 4", "free 1", "free 2", "premium", "enterprise"] {
        let tier = name.split(separator: " ")[0]
        clients.append(try await TestClient.post(port, headers: [("x-customer-tier", String(tier)), ("x-name", name)]))
        let count = clients.count
        try await eventually("\(name) runs or waits") { try await gateway.waiting + gateway.inUse == count }
      }
      try await eventually("the backend is full") { server.names.count == 4 }
      #expect(try await gateway.waiting == 4)
      for number in 0..<4 {
        server.requests[number].answer()
        try await eventually("the next one is sent") { server.names.count == 5 + number }
      }
      #expect(Array(server.names[4...]) == ["enterprise", "premium", "free 1", "free 2"])
      server.open()
      for client in clients { #expect(try await client.end() == 200) }
      try await eventually("all slots are free") { try await gateway.inUse == 0 }
      #expect(clients[7].header("x-podium-tier") == "enterprise")
      #expect(server.requests.allSatisfy { !$0.head.headers.contains(name: "x-customer-tier") })
    }
  }

  @Test("1,100 requests are held at once and all of them are answered, past every default limit of Envoy", arguments: ways)
  func manyHeld(way: String) async throws {
    let servers = [try await GatedServer(), try await GatedServer()]
    // Two pools: while nothing is measured each of them lets 1,024 wait.
    let policy = Gateway.policy(
      Gateway.pool("m", ports: [servers[0].port]), Gateway.pool("n", ports: [servers[1].port]))
    try await run(servers, policy: policy) { gateway, envoy in
      let port = try port(envoy, way)
      var clients: [TestClient] = []
      for number in 0..<1100 {
        let model = number % 2 == 0 ? "m" : "n"
        clients.append(
          try await TestClient.post(port, #"{"model":"\#(model)","messages":[]}"#, headers: [("x-gateway-model-name", model)]))
      }
      try await eventually("all are held", within: .seconds(90)) { try await gateway.waiting == 1092 }
      #expect(clients.allSatisfy { $0.text.isEmpty })
      // Half of them leave; the others are served.
      for client in clients[550...] { client.close() }
      try await eventually("those who left are forgotten", within: .seconds(60)) { try await gateway.waiting == 542 }
      for server in servers { server.open() }
      var statuses: [Int: Int] = [:]
      for client in clients[..<550] { statuses[try await client.end(), default: 0] += 1 }
      // As soon as it is known how long an answer takes, the wait of those behind may be too long, and they are told so.
      #expect(statuses[200, default: 0] + statuses[429, default: 0] == 550 && statuses[200, default: 0] > 50, "\(statuses)")
      try await eventually("all slots are free") { try await gateway.load == (0, 0) }
    }
  }

  @Test("what a client writes into the headers decides nothing", arguments: ways)
  func forged(way: String) async throws {
    let servers = [try await GatedServer(isOpen: true), try await GatedServer(isOpen: true)]
    // Only the first is in the policy; Envoy's cluster knows both. No header is trusted.
    let policy = Gateway.policy(Gateway.pool(ports: [servers[0].port]), sources: [])
    // Envoy itself does not remove them here.
    let changes = [("- remove: x-gateway-destination-endpoint", "- remove: x-nothing")]
    try await run(servers, policy: policy, changes: changes) { gateway, envoy in
      let other = "127.0.0.1:\(servers[1].port)"
      let client = try await TestClient.post(
        try port(envoy, way),
        headers: [
          ("x-gateway-destination-endpoint", other), ("x-gateway-destination-endpoint-subset", other), ("x-customer-tier", "enterprise"),
          ("test-epp-endpoint-selection", other),
        ])
      #expect(try await client.end() == 200)
      #expect(client.header("x-podium-tier") == "free")
      let request = try #require(servers[0].requests.first)
      #expect(servers[1].requests.isEmpty)
      #expect(request.head.headers["x-gateway-destination-endpoint"] == ["127.0.0.1:\(servers[0].port)"])
      #expect(!request.head.headers.contains(name: "x-customer-tier"))
    }
  }

  @Test("a client that leaves the queue is forgotten at once, and one that leaves its answer frees its slot", arguments: ways)
  func leaves(way: String) async throws {
    let server = try await GatedServer()
    try await run([server]) { gateway, envoy in
      var clients: [TestClient] = []
      for _ in 0..<6 { clients.append(try await TestClient.post(try port(envoy, way))) }
      try await eventually("two wait") { try await gateway.waiting == 2 }
      let waiting = clients[4...].filter { $0.text.isEmpty }
      #expect(waiting.count == 2)
      try await eventually("four run") { server.names.count == 4 }
      // Those who wait first: a slot that one of the others frees would be theirs.
      for client in clients[4...] { client.close() }
      try await eventually("nobody waits") { try await gateway.load == (0, 4) }
      for client in clients { client.close() }
      try await eventually("nothing waits or runs") { try await gateway.load == (0, 0) }
      #expect(try await gateway.statistics().tiers[2].clientGone == 6)
      #expect(server.names.count == 4)
    }
  }

  @Test(
    "a client that leaves in the middle of its answer frees its slot; that it left is known where the answer comes by, and counts as served where Envoy does not tell",
    arguments: ways)
  func leavesAnswer(way: String) async throws {
    let server = try await GatedServer()
    try await run([server]) { gateway, envoy in
      let client = try await TestClient.post(try port(envoy, way), #"{"model":"m","stream":true,"messages":[]}"#)
      try await eventually("it is sent") { server.names.count == 1 }
      server.requests[0].begin(headers: [("content-type", "text/event-stream")])
      server.requests[0].part("data: {\"choices\":[1]}\n\n")
      try await eventually("the first event has come") { client.text.contains("[1]") }
      #expect(try await gateway.inUse == 1)
      client.close()
      try await eventually("nothing runs") { try await gateway.load == (0, 0) }
      let tier = try await gateway.statistics().tiers[2]
      #expect((tier.served, tier.clientGone) == (way == "bodies" ? (0, 1) : (1, 0)))
    }
  }

  @Test("a streamed answer comes part by part, and holds its slot until its end", arguments: ways)
  func streaming(way: String) async throws {
    let server = try await GatedServer()
    try await run([server]) { gateway, envoy in
      let client = try await TestClient.post(try port(envoy, way), #"{"model":"m","stream":true,"messages":[]}"#)
      try await eventually("it is sent") { server.names.count == 1 }
      let request = server.requests[0]
      request.begin(headers: [("content-type", "text/event-stream")])
      request.part("data: {\"choices\":[1]}\n\n")
      try await eventually("the first event has come") { client.text.contains("[1]") }
      #expect(!client.isClosed)
      #expect(try await gateway.inUse == 1)
      request.part("data: {\"choices\":[2]}\n\n")
      try await eventually("the second event has come") { client.text.contains("[2]") }
      #expect(try await gateway.inUse == 1)
      request.part("data: {\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":9}}\n\ndata: [DONE]\n\n")
      request.end()
      #expect(try await client.end() == 200)
      try await eventually("the slot is free") { try await gateway.inUse == 0 }
      let tier = try await gateway.statistics().tiers[2]
      #expect(tier.served == 1)
      // Tokens are only known where the body comes here.
      #expect(tier.outputTokens == (way == "bodies" ? 9 : 0) && tier.promptTokens == (way == "bodies" ? 7 : 0))
      #expect(tier.timeToFirstToken.count == (way == "bodies" ? 1 : 0))
    }
  }

  @Test("who is turned away is told why and when to come back: 429 for a full queue, 503 without a server", arguments: ways)
  func turnedAway(way: String) async throws {
    let server = try await GatedServer()
    try await run([server]) { gateway, envoy in
      let port = try port(envoy, way)
      // Served requests tell how long one takes; then the queue of the lowest tier is soon as long as its patience.
      var clients: [TestClient] = []
      for number in 0..<12 {
        let first = try await TestClient.post(port)
        try await eventually("it is sent", every: .milliseconds(2)) { server.names.count == number + 1 }
        server.requests[number].answer()
        #expect(try await first.end() == 200)
      }
      try await eventually("somebody is turned away", within: .seconds(60), every: .milliseconds(2)) {
        clients.append(try await TestClient.post(port))
        return clients.contains { $0.status != nil }
      }
      let refused = try #require(clients.first { $0.status != nil })
      try await refused.end()
      #expect(refused.status == 429 && Int(refused.header("retry-after") ?? "") ?? 0 > 0)
      #expect(refused.text.contains(#""type":"rate_limit_error""#) && refused.header("content-type") == "application/json")
      for client in clients { client.close() }

      try gateway.plane.apply(Gateway.policy(Gateway.pool(ports: [])))
      let unserved = try await TestClient.post(port)
      #expect(try await unserved.end() == 503)
      #expect(unserved.text.contains(#""code":"no_backend""#) && unserved.header("retry-after") != nil)
    }
  }

  @Test("without Podium nothing is served, or everything unscheduled, as Envoy is told", arguments: ways)
  func processorDown(way: String) async throws {
    let server = try await GatedServer(isOpen: true)
    let dead = try await GatedServer()
    await dead.stop()
    // A body that has been sent to the processor is nowhere else: with bodies Envoy cannot go on without it.
    for (isOpen, status) in [(false, 500), (true, way == "headers" ? 200 : 500)] {
      let changes = isOpen ? [("failure_mode_allow: false", "failure_mode_allow: true")] : []
      let envoy = try await EnvoyProcess(processor: dead.port, servers: [server.port], changes: changes)
      defer { envoy.stop() }
      let client = try await TestClient.post(try port(envoy, way))
      #expect(try await client.end() == status)
    }
    #expect(server.names.count == (way == "headers" ? 1 : 0))
    await server.stop()
  }
}

extension EnvoyTests {
  @Test("what a route allows is kept: only endpoints of its subset, and 503 where none of them is ours", arguments: ways)
  func subset(way: String) async throws {
    let servers = [try await GatedServer(isOpen: true), try await GatedServer(isOpen: true)]
    for (allowed, status) in [("127.0.0.1:\(servers[1].port)", 200), ("127.0.0.1:1", 503)] {
      // As a gateway with subset load balancing tells it: by a filter in front.
      let filter = """
                          - name: envoy.filters.http.set_metadata
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config
                              metadata:
                                - metadata_namespace: envoy.lb.subset_hint
                                  value: {x-gateway-destination-endpoint-subset: ["\(allowed)"]}
                          - name: envoy.filters.http.ext_proc
        """
      try await run(servers, changes: [("                  - name: envoy.filters.http.ext_proc", filter)], stops: false) { _, envoy in
        let port = try port(envoy, way)
        for _ in 0..<3 { #expect(try await TestClient.post(port).end() == status) }
      }
    }
    #expect(servers[0].names.isEmpty && servers[1].names.count == 3)
    for server in servers { await server.stop() }
  }

  @Test(
    "when the first endpoint cannot be reached Envoy takes the next of the list, and the first one is known to have failed", arguments: ways
  )
  func fallback(way: String) async throws {
    let server = try await GatedServer(isOpen: true)
    // Nobody listens there, nor is it a port that the system gives to somebody meanwhile.
    let ports = [1, server.port]
    try await Gateway.run(policy: Gateway.policy(Gateway.pool(ports: ports))) { gateway in
      let envoy = try await EnvoyProcess(processor: gateway.port, servers: ports)
      defer { envoy.stop() }
      let port = try port(envoy, way)
      // An idle pool is used in turn: one of the two goes to the dead one first.
      for _ in 0..<2 { #expect(try await TestClient.post(port).end() == 200) }
      #expect(server.names.count == 2)
      try await eventually("all slots are free") { try await gateway.load == (0, 0) }
      #expect(try await gateway.statistics().tiers[2].served == 2)
    }
    await server.stop()
  }

  @Test("when the process ends, what waits gets its turn and what runs its answer; Envoy takes nothing new to it", arguments: ways)
  func drain(way: String) async throws {
    let server = try await GatedServer()
    try await run([server]) { gateway, envoy in
      let port = try port(envoy, way)
      var clients: [TestClient] = []
      for number in 0..<6 {
        clients.append(try await TestClient.post(port))
        try await eventually("\(number) is there") { try await gateway.load == (max(0, number - 3), min(4, number + 1)) }
      }
      let plane = gateway.plane
      let ending = Task { await plane.shutdown(lameDuck: .milliseconds(100), drain: .seconds(60)) }
      try await eventually("nothing new is taken") { plane.readiness == .ending }
      // Envoy finds nobody who listens.
      try await eventually("Envoy refuses new requests") { try await TestClient.post(port).end() == 500 }
      #expect(clients.allSatisfy { $0.text.isEmpty })
      server.open()
      for client in clients { #expect(try await client.end() == 200) }
      #expect(server.names.count == 6)
      await ending.value
    }
  }

  @Test("the models that are served are listed, and what is not there is not found", arguments: ways)
  func models(way: String) async throws {
    let server = try await GatedServer(isOpen: true)
    try await run([server]) { gateway, envoy in
      let port = try port(envoy, way)
      func get(_ path: String, _ method: String = "GET") async throws -> TestClient {
        let client = try await TestClient(port: port)
        client.send("\(method) \(path) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        try await client.end()
        return client
      }
      let list = try await get("/v1/models")
      #expect(list.status == 200 && list.header("content-type") == "application/json")
      #expect(list.text.hasSuffix(#"{"object":"list","data":[{"id":"m","object":"model","created":0,"owned_by":"podium"}]}"#))
      #expect(try await get("/v1/models/m").text.contains(#""id":"m""#))
      let (unknown, wrong) = (try await get("/v1/models/none"), try await get("/v1/models", "DELETE"))
      #expect(unknown.status == 404 && unknown.text.contains("model_not_found"))
      #expect(wrong.status == 405 && wrong.header("allow") != nil)
      for path in ["/metrics", "/readyz", "/figures"] { #expect(try await get(path).status == 404) }
      #expect(try await gateway.load == (0, 0))
    }
    #expect(server.names.isEmpty)
  }

  @Test("an answer of a filter in front goes through as it is", arguments: ways)
  func answeredBefore(way: String) async throws {
    let server = try await GatedServer(isOpen: true)
    let filter = """
                        - name: envoy.filters.http.fault
                          typed_config:
                            "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                            abort: {http_status: 403, percentage: {numerator: 100}}
                        - name: envoy.filters.http.ext_proc
      """
    try await run([server], changes: [("                  - name: envoy.filters.http.ext_proc", filter)]) { gateway, envoy in
      let port = try port(envoy, way)
      #expect(try await TestClient.post(port).end() == 403)
      #expect(try await gateway.load == (0, 0))
    }
    #expect(server.names.isEmpty)
  }
}
