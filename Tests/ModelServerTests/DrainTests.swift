import ModelServer
import TestKit
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A server that is asked to end` {
  /// A stream of a second and a half, in the middle of which the server is asked to end.
  private func ended(shutdownTimeout: Duration) async throws -> TestClient.Response {
    var configuration = ModelServerConfiguration(
      model: "acme/model", servedNames: ["chat"], latency: LatencyModel(base: 1, perSequence: 0, perStep: 0, perPromptToken: 0.01))
    configuration.shutdownTimeout = shutdownTimeout
    let simulator = ModelServerSimulator(configuration)
    let running = Task { try await simulator.run() }
    let client = TestClient(port: try await simulator.boundPort)
    async let answer = client.chat(#", "stream": true, "max_tokens": 1500"#)
    try await eventually("the request runs") {
      try await client.get("/metrics").body.contains("num_requests_running{model_name=\"chat\",engine=\"0\"} 1.0")
    }
    running.cancel()
    try await eventually("nobody is let in") {
      do { return try await client.get("/health").status == 0 } catch { return true }
    }
    let response = try await answer
    try await running.value
    return response
  }

  @Test func `takes no new connection, and ends when it has answered`() async throws {
    let response = try await ended(shutdownTimeout: .seconds(60))
    #expect(!response.isCutOff && response.events.last == "[DONE]", "\(response.events.suffix(2))")
  }

  @Test func `ends at once unless it was given time, as vLLM does`() async throws {
    #expect(try await ended(shutdownTimeout: .zero).isCutOff)
  }

  @Test func `ends when its time is over, answered or not`() async throws {
    #expect(try await ended(shutdownTimeout: .milliseconds(50)).isCutOff)
  }
}
