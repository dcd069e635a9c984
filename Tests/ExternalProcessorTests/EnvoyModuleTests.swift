import Foundation
import JSON
import TestKit
import Testing

/// `examples/envoy-module.yaml` in a real Envoy, with the module that this build made.
@Suite(
  "Inside a real Envoy", .serialized,
  .enabled(if: EnvoyProcess.program != nil, "there is no envoy: hack/setup test installs it"),
  .enabled(if: EnvoyModule.exists, "libpodium-envoy.so is not built: swift build --product podium-envoy"))
struct EnvoyModuleTests {
  private func run(
    _ servers: [GatedServer], changes: [(String, String)] = [], isDynamic: Bool = false, _ body: (EnvoyModule) async throws -> Void
  ) async throws {
    let envoy = try await EnvoyModule.start(servers: servers.map(\.port), changes: changes, isDynamic: isDynamic)
    do {
      try await body(envoy)
    } catch {
      envoy.stop()
      throw error
    }
    envoy.stop()
    for server in servers { await server.stop() }
  }

  @Test("under a backlog the highest tier goes first, and the model server sees neither the tier nor another model's name")
  func order() async throws {
    let server = try await GatedServer()
    let renamed = [("servedModel: chat", "servedModel: the-real-name")]
    try await run([server], changes: renamed) { envoy in
      var clients: [TestClient] = []
      for name in ["filler 1", "filler 2", "filler 3", "filler 4", "free 1", "free 2", "premium", "enterprise"] {
        let tier = String(name.split(separator: " ")[0])
        clients.append(
          try await TestClient.post(
            envoy.port, #"{"model":"chat","messages":[]}"#, headers: [("x-customer-tier", tier), ("x-name", name)]))
        let count = clients.count
        try await eventually("\(name) runs or waits") { try await envoy.load.waiting + envoy.load.inUse == count }
      }
      try await eventually("the server is full") { server.names.count == 4 }
      #expect(try await envoy.load.waiting == 4)
      for number in 0..<4 {
        server.requests[number].answer()
        try await eventually("the next one is sent") { server.names.count == 5 + number }
      }
      #expect(Array(server.names[4...]) == ["enterprise", "premium", "free 1", "free 2"])
      server.open()
      for client in clients { #expect(try await client.end() == 200) }
      #expect(clients[7].header("x-podium-tier") == "enterprise")
      for request in server.requests {
        #expect(!request.head.headers.contains(name: "x-customer-tier"))
        #expect(request.body.contains(#""model":"the-real-name""#))
        #expect(request.head.headers.first(name: "content-length") == "\(request.body.utf8.count)")
      }
      try await eventually("all slots are free") { try await envoy.load == (0, 0) }
      #expect(try await envoy.sum("qos_tokens_total", #"tier="enterprise",kind="output",source="reported""#) == 5)
    }
  }

  @Test("a client that leaves while it waits is forgotten, and one that leaves its answer gives the slot back")
  func leaving() async throws {
    let server = try await GatedServer()
    try await run([server]) { envoy in
      var clients: [TestClient] = []
      // One after the other, so that it is known who of them waits: Envoy has more than one thread.
      for number in 0..<6 {
        clients.append(try await TestClient.post(envoy.port, #"{"model":"chat","messages":[]}"#))
        try await eventually("\(number) is there") { try await envoy.load == (max(0, number - 3), min(4, number + 1)) }
      }
      clients[4].close()
      clients[5].close()
      try await eventually("nobody waits") { try await envoy.load == (0, 4) }
      clients[0].close()
      try await eventually("its slot is free") { try await envoy.load == (0, 3) }
      #expect(server.names.count == 4)
      server.open()
      for client in clients[1..<4] { #expect(try await client.end() == 200) }
      try await eventually("all slots are free") { try await envoy.load == (0, 0) }
    }
  }

  @Test("streams pass through as they come, and mistakes are answered in OpenAI's form")
  func answers() async throws {
    let server = try await GatedServer()
    try await run([server]) { envoy in
      let client = try await TestClient.post(envoy.port, #"{"model":"chat","stream":true,"messages":[]}"#)
      try await eventually("it has arrived") { server.requests.count == 1 }
      let request = server.requests[0]
      request.begin(headers: [("content-type", "text/event-stream"), ("transfer-encoding", "chunked")])
      request.part("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
      try await eventually("the first token is there before the end") { client.text.contains("\"a\"") }
      request.part("data: [DONE]\n\n")
      request.end()
      #expect(try await client.end() == 200)
      let unknown = try await TestClient.post(envoy.port, #"{"model":"nobody's","messages":[]}"#)
      #expect(try await unknown.end() == 404)
      #expect(unknown.text.contains("model_not_found") && unknown.text.contains("Models served here: chat."))
      try await eventually("all slots are free") { try await envoy.load == (0, 0) }
    }
  }

  @Test(
    "a bad configuration is refused at load, with the path of the field",
    arguments: [
      ("weight: 70,", "weight: 7000,", "policy.pools[0].scheduling.tiers[0].weight"),
      ("servedModel: chat", "servedModell: chat", "servedModell"),
      ("listen: {host: 127.0.0.1, port: 9902}", "listen: {host: 127.0.0.1, port: 0}\n                          fleet: {}", "fleet"),
      (
        "listen: {host: 127.0.0.1, port: 9902}", "listen: {host: 127.0.0.1, port: 0}\n                          accessLog: {path: stdout}",
        "accessLog"
      ),
    ])
  func refused(old: String, new: String, field: String) async throws {
    let result = try await EnvoyModule.validate(changes: [(old, new)])
    #expect(result.status != 0)
    #expect(
      result.errors.contains("podium: filter podium: filter_config: ") && result.errors.contains(field), "\(result.errors.suffix(1500))")
    let good = try await EnvoyModule.validate(changes: [])
    #expect(good.status == 0, "\(good.errors.suffix(1500))")
  }

  /// A filter behind ours that is refused after ours was accepted.
  private static let other = """
                      - name: other
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter
                          dynamic_module_config: {name: podium-envoy, do_not_close: true}
                          filter_name: other
                          filter_config: {"@type": type.googleapis.com/google.protobuf.Struct, value: {}}
                      - name: envoy.filters.http.router
    """

  @Test("a changed listener changes the policy, keeps what waits and runs, and a refused one leaves everything as it was")
  func changed() async throws {
    let server = try await GatedServer()
    try await run([server], isDynamic: true) { envoy in
      func post(_ name: String, _ tier: String) async throws -> TestClient {
        let client = try await TestClient.post(
          envoy.port, #"{"model":"chat","messages":[]}"#, headers: [("x-customer-tier", tier), ("x-name", name)])
        return client
      }
      var clients: [TestClient] = []
      for number in 0..<4 {
        clients.append(try await post("running \(number)", "free"))
        try await eventually("\(number) runs") { server.names.count == number + 1 }
      }
      for (number, tier) in ["premium", "enterprise"].enumerated() {
        clients.append(try await post(tier, tier))
        try await eventually("\(tier) waits") { try await envoy.load == (number + 1, 4) }
      }

      // The other way round: premium is before enterprise, and the revision says so.
      let change = [("priority: 100", "priority: 10"), ("priority: 10}", "priority: 5}"), (#"revision: "1""#, #"revision: "2""#)]
      try envoy.change(change)
      try await eventually("the new policy is in force", within: .seconds(60)) { try await envoy.page().contains(#"revision="2""#) }
      #expect(try await envoy.load == (2, 4))

      // Bad ones: the module's own refusal, a setting that cannot change, and one that only Envoy refuses, after the module took it.
      let third = [(#"revision: "1""#, #"revision: "3""#)]
      let bad: [[(String, String)]] = [
        third + [("weight: 70,", "weight: 7000,")],
        third + [("listen: {host: 127.0.0.1,", "namespace: other\n                          listen: {host: 127.0.0.1,")],
        third + [("                  - name: envoy.filters.http.router", Self.other)],
      ]
      for (number, changes) in bad.enumerated() {
        let refusals = try await envoy.envoyFigure("listener_manager.lds.update_rejected")
        try envoy.change(changes)
        try await eventually("\(number) is refused", within: .seconds(60)) {
          try await envoy.envoyFigure("listener_manager.lds.update_rejected") > refusals
        }
        try await eventually("revision 2 is in force after \(number)") { try await envoy.page().contains(#"revision="2""#) }
        #expect(try await envoy.load == (2, 4), "after \(number)")
      }
      #expect(envoy.log.contains("policy.pools[0].scheduling.tiers[0].weight") && envoy.log.contains("only the policy can change"))
      #expect(envoy.log.contains("filter other: filter_config: "))

      server.requests[0].answer()
      try await eventually("the next one is sent") { server.names.count == 5 }
      #expect(server.names[4] == "premium")
      // Who comes by the new listener is scheduled beside those who came by the old one.
      clients.append(try await post("free", "free"))
      try await eventually("it waits") { try await envoy.load == (2, 4) }
      server.requests[1].answer()
      try await eventually("the next one is sent") { server.names.count == 6 }
      #expect(server.names[5] == "enterprise")
      server.open()
      for client in clients { #expect(try await client.end() == 200) }
      try await eventually("all slots are free") { try await envoy.load == (0, 0) }
    }
  }
}
