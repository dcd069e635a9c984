import Foundation
import ModelServer
import Testing

@Suite(.timeLimit(.minutes(2))) struct FaultTests {
  @Test func `An error rate of one fails every request, and none once it is taken back`() async throws {
    try await withServer({ $0.faults.errorRate = 1 }) { client, simulator async throws in
      let response = try await client.chat()
      #expect(response.status == 500)
      #expect(response.json?["error"]?["type"]?.string == "InternalServerError")
      #expect(try await client.get("/metrics").body.contains("finished_reason=\"error\"} 1.0"))
      try await simulator.update(Faults())
      #expect(try await client.chat(#","max_tokens":2"#).status == 200)
    }
  }

  @Test func `An aborted stream is cut off after as many tokens as were set`() async throws {
    try await withServer({
      $0.faults.abortRate = 1
      $0.faults.abortAfterTokens = 4
    }) { client, _ async throws in
      let response = try await client.chat(#","max_tokens":200,"stream":true"#)
      #expect(response.isCutOff)
      #expect(response.events.filter { $0.contains("\"content\":\"") && !$0.contains("\"role\"") }.count == 4)
      #expect(!response.body.contains("[DONE]"))
      #expect(try await client.get("/metrics").body.contains("finished_reason=\"abort\"} 1.0"))
    }
  }

  @Test func `A hanging server accepts and does not answer`() async throws {
    try await withServer({ $0.faults.hangRate = 1 }) { client, _ async throws in
      let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          _ = try await client.chat(#","max_tokens":1"#); return true
        }
        group.addTask {
          try await Task.sleep(for: .milliseconds(300)); return false
        }
        defer { group.cancelAll() }
        return try await group.next() ?? true
      }
      #expect(!answered)
      #expect(try await client.get("/health").status == 200)
    }
  }

  @Test func `Health can fail while requests are served, and loading takes its time`() async throws {
    try await withServer({ $0.faults.isHealthFailing = true }) { client, _ async throws in
      #expect(try await client.get("/health").status == 503)
      #expect(try await client.chat(#","max_tokens":1"#).status == 200)
    }
    try await withServer({ $0.faults.startupDelay = .seconds(3600) }) { client, _ async throws in
      #expect(try await client.get("/health").status == 503)
      #expect(try await client.chat().status == 503)
    }
  }

  @Test func `A client that goes away ends its request`() async throws {
    try await withServer({ $0.latency = LatencyModel(base: 50, perSequence: 0, perStep: 0, perPromptToken: 0) }) { client, _ async throws in
      let leaving = Task { try await client.chat(#","max_tokens":10000,"stream":true"#) }
      try await waitFor(client, "num_requests_running{model_name=\"chat\",engine=\"0\"} 1.0")
      leaving.cancel()
      try await waitFor(client, "finished_reason=\"abort\"} 1.0")
      try await waitFor(client, "num_requests_running{model_name=\"chat\",engine=\"0\"} 0.0")
    }
  }

  @Test func `A port that is taken is named in the error`() async throws {
    try await withServer { client, _ async throws in
      var configuration = ModelServerConfiguration(
        model: "a", latency: LatencyModel(base: 1, perSequence: 0, perStep: 0, perPromptToken: 0), port: client.port)
      configuration.host = "127.0.0.1"
      let second = ModelServerSimulator(configuration)
      let problem = await #expect(throws: ModelServerProblem.self) { try await second.run() }
      #expect(problem?.description.contains("127.0.0.1:\(client.port)") == true)
      await #expect(throws: ModelServerProblem.self) { try await second.boundPort }
    }
  }

  private func waitFor(_ client: TestClient, _ line: String) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !client.get("/metrics").body.contains(line) {
      try #require(ContinuousClock.now < deadline, "\(line) not within 30 s")
      await Task.yield()
    }
  }
}
