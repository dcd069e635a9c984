import ModelServer
import TestKit
import Testing

@testable import ExternalProcessor

@Suite(
  "A simulated vLLM behind a real Envoy", .serialized,
  .enabled(if: EnvoyProcess.program != nil, "there is no envoy: hack/setup test installs it"))
struct SimulatedServerTests {
  @Test(
    "streams its answer, reports how busy it is, and has its tokens counted where the bodies come by", arguments: ["bodies", "headers"])
  func simulated(way: String) async throws {
    let simulator = ModelServerSimulator(
      ModelServerConfiguration(model: "m", latency: LatencyModel(base: 1, perSequence: 0, perStep: 0, perPromptToken: 0)))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await simulator.run() }
      let server = try await simulator.boundPort
      var pool = Gateway.pool(ports: [server])
      pool.scheduling.capacity = .auto
      try await Gateway.run(policy: Gateway.policy(pool)) { gateway in
        let envoy = try await EnvoyProcess(processor: gateway.port, servers: [server])
        defer { envoy.stop() }
        let port = try #require(envoy.ports[way])
        let body =
          #"{"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":20,"messages":[{"role":"user","content":"hi"}]}"#
        for _ in 0..<20 {
          let client = try await TestClient.post(port, body)
          #expect(try await client.end() == 200)
          #expect(client.text.contains("data: [DONE]"))
        }
        try await eventually("all are accounted for") { try await gateway.statistics().tiers[2].served == 20 }
        let pool = try await gateway.statistics()
        #expect(pool.tiers[2].outputTokens == (way == "bodies" ? 400 : 0))
        try await eventually("its limit comes from its reports") {
          try await gateway.statistics().scheduler.backends[0].limitReason.rawValue.hasPrefix("reported")
        }
      }
      group.cancelAll()
    }
  }
}
