import Console
import Foundation
import JSON
import ModelClients
import Routing
import TestKit
import Testing

@Suite struct `A request that is routed` {
  private func withServers(
    extra: String = "", availableBytes: Int64 = 8_000_000_000,
    _ body: (OrchestratedSample, ModelStandIn, ModelStandIn, ModelStandIn) async throws -> Void
  ) async throws {
    let (first, second, local) = (try ModelStandIn(), try ModelStandIn(), try ModelStandIn([ModelStandIn.ollama]))
    let sample = try OrchestratedSample([first.url, second.url, local.url], extra: extra, availableBytes: availableBytes)
    try await body(sample, first, second, local)
    await sample.close()
  }

  @Test func `is answered by the best model, in the fields of the contract, and recorded`() async throws {
    try await withServers { sample, first, second, _ in
      let (status, json) = try await sample.route(#", "requirements": {"maxTokens": 50, "temperature": 0.5}"#)
      #expect(status == 200 && json["selectedModel"] == "first" && json["response"] == "Hello!" && json["fallbackUsed"] == false)
      #expect(json["requestId"] == "request-1")
      let metrics = try #require(json["metrics"])
      #expect(metrics["modelUsed"] == "first" && metrics["tokensGenerated"] == 5 && metrics["promptTokens"] == 10)
      #expect(metrics["responseTimeMs"]?.int != nil && metrics["memoryPressure"]?.double == 0.5)
      #expect(abs((metrics["costUSD"]?.double ?? 0) - 0.0015) < 1e-12)
      let sent = try JSONValue(parsing: #require(first.requests.first?.body))
      #expect(sent["model"] == "m1" && sent["max_tokens"] == 50 && sent["temperature"]?.double == 0.5 && second.requests.isEmpty)
      await sample.records.flush()
      let (_, kept) = try await sample.api.get("/api/v1/ai/resources/metrics?hours=1")
      let record = try #require(kept["requests"]?[0])
      #expect(record["request_id"] == "request-1" && record["selected_model"] == "first" && record["success"] == true)
      let (_, models) = try await sample.api.get("/api/v1/ai/models/status")
      #expect(models["models"]?[0]?["metrics"]?["request_count"] == 1 && models["models"]?[1]?["metrics"] == .null)
      #expect(sample.events.all.map(\.name) == ["model.selected"] && sample.events.all.first?.payload["model_name"] == "first")
    }
  }

  @Test func `goes to the next model when one fails, whatever way, and says so; the broken one is left alone after a while`() async throws {
    try await withServers { sample, first, second, _ in
      let failures: [([ScriptedServer.Step], String)] = [
        ([.answer(500, "{}")], "status5xx"), ([.reset], "reset"), ([.answer(429, "{}")], "overloaded"),
        ([.answer(401, "{}")], "status401"), ([.answer(200, "nonsense")], "status5xx"),
      ]
      for (steps, word) in failures {
        first.answers(steps)
        let (status, json) = try await sample.route()
        #expect(status == 200 && json["selectedModel"] == "second" && json["fallbackUsed"] == true && json["response"] == "Hello!")
        #expect(json["failed"]?[0]?["model"] == "first" && json["failed"]?[0]?["error"] == .string(word))
        #expect(json["metrics"]?["attempts"] == 2)
      }
      let told = sample.events.all.filter { $0.name == "model.failed" }
      #expect(told.count == 5 && told.first?.payload["fallback_used"] == true && told.first?.payload["error_type"] == "status5xx")
      for _ in 0..<5 { #expect(try await sample.route().status == 200) }
      // Its breaker is open: nobody asks it in vain.
      let asked = first.requests.count
      let (_, json) = try await sample.route()
      #expect(json["selectedModel"] == "second" && json["failed"] == [] && first.requests.count == asked)
      let (_, status) = try await sample.api.get("/api/v1/ai/models/status")
      #expect(status["models"]?[0]?["backends"]?[0]?["breaker"] == "open" && status["healthyModels"] == 2)
    }
  }

  @Test func `is answered while anybody can, and told why when nobody can`() async throws {
    try await withServers { sample, first, second, local in
      first.answers([.answer(500, "{}")])
      second.answers([.close])
      let (status, json) = try await sample.route(#", "requirements": {"qualityRequirement": "high"}"#)
      #expect(status == 200 && json["selectedModel"] == "local" && json["degraded"] == true)
      local.answers([.answer(503, "{}")])
      let failed = try await sample.route()
      #expect(failed.status == 502 && failed.json["title"] == "BadGateway" && failed.json["errors"]?.array?.count == 3)
      await sample.records.flush()
      let (_, kept) = try await sample.api.get("/api/v1/ai/resources/metrics")
      #expect(kept["requests"]?.array?.filter { $0["success"] == false }.count == 1)
    }
  }

  @Test func `that is wrong by itself is not tried elsewhere, and retries end where the caller says`() async throws {
    try await withServers { sample, first, second, _ in
      first.answers([.answer(400, #"{"error": {"message": "max_tokens is too large"}}"#)])
      let wrong = try await sample.route()
      #expect(wrong.status == 400 && "\(wrong.json)".contains("max_tokens is too large") && second.requests.isEmpty)
      first.answers([.answer(500, "{}")])
      #expect(try await sample.route(#", "retryAttempts": 0"#).status == 502)
      #expect(second.requests.isEmpty)
      #expect(try await sample.route(#", "retryAttempts": 1"#).status == 200)
    }
  }

  @Test func `never waits for a server that says nothing longer than its caller`() async throws {
    try await withServers { sample, first, second, local in
      for server in [first, second, local] { server.answers([.stall]) }
      let start = ContinuousClock.now
      let (status, json) = try await sample.route(#", "timeoutMs": 1000"#)
      #expect(status == 408 && json["errors"]?[0]?["message"]?.string?.contains("did not answer in time") == true)
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }

  @Test func `never loads a model that does not fit in memory`() async throws {
    try await withServers(availableBytes: 3_000_000_000) { sample, first, second, local in
      await sample.look()
      let looks = local.requests.count
      first.answers([.answer(500, "{}")])
      second.answers([.answer(500, "{}")])
      let (status, _) = try await sample.route()
      #expect(status == 502 && local.requests.count == looks)
      let only = try await sample.route(#", "requirements": {"costLimit": 0}"#)
      #expect(only.status == 503 && "\(only.json)".contains("needs 4 GB of memory"))
    }
  }

  @Test func `stops at its budget, tells before, and gives back what it did not use`() async throws {
    let budget = """
      budgets:
      - {tenant: acme, limitUSD: 0.004, period: month, warnAt: 0.5}
      limits:
      - {team: slow, requestsPerMinute: 1}
      """
    try await withServers(extra: budget) { sample, first, second, _ in
      // 15 tokens at 100 USD a million: 0.0015 each; 60 tokens at most are held: 0.0064.
      let fields = #", "tenant": "acme", "requirements": {"maxTokens": 10}"#
      #expect(try await sample.route(fields).status == 200)
      #expect(!sample.events.all.contains { $0.name == "cost.threshold_exceeded" })
      #expect(try await sample.route(fields).status == 200)
      #expect(sample.events.all.last?.name == "cost.threshold_exceeded" && sample.events.all.last?.payload["threshold"]?.double == 0.002)
      let (status, json) = try await sample.route(fields)
      #expect(status == 402 && json["title"] == "OverBudget" && json["detail"]?.string?.contains("0.001 USD left") == true)
      #expect(try await sample.route(#", "tenant": "other""#).status == 200)
      // No answer is longer than what was held for it, also where the caller set no bound.
      #expect(try JSONValue(parsing: #require(first.requests.last?.body))["max_tokens"] == 250)
      // What failed costs nothing.
      first.answers([.answer(400, "{}")])
      #expect(try await sample.route(#", "team": "slow""#).status == 400)
      let limited = try await sample.route(#", "team": "slow""#)
      #expect(limited.status == 429 && second.requests.isEmpty)
    }
  }

  @Test func `has a health that follows its servers`() async throws {
    try await withServers { sample, first, second, local in
      await sample.look()
      var health = try await sample.api.get("/api/v1/health").json
      #expect(health["status"] == "healthy" && health["services"]?["database"] == "ok" && health["services"]?["redis"] == "ok")
      #expect(health["system"]?["memory_pressure"]?.double == 0.5 && health["system"]?["available_models"] == 3)
      local.answers([.close])
      for _ in 0..<2 { await sample.look() }
      health = try await sample.api.get("/api/v1/health").json
      #expect(health["status"] == "degraded" && health["services"]?["ollama"] == "error" && health["system"]?["available_models"] == 2)
      for server in [first, second] { server.answers([.close]) }
      for _ in 0..<2 { await sample.look() }
      health = try await sample.api.get("/api/v1/health").json
      #expect(health["status"] == "unhealthy")
      #expect(try await sample.route().status == 503)
      first.answers([ModelStandIn.chat])
      await sample.look()
      #expect(try await sample.route().status == 200)
    }
  }

  @Test func `heeds what other programs say of a model and of this host`() async throws {
    try await withServers { sample, first, _, _ in
      sample.board.hears(.modelHealthChanged(model: "first", isHealthy: false))
      let (_, json) = try await sample.route()
      #expect(json["selectedModel"] == "second")
      #expect(first.requests.isEmpty)
      sample.board.hears(.resourceUpdated(memoryPressure: 0.97, availableMemoryGB: 0.5))
      let facts = sample.board.facts(of: sample.services.orchestrator.catalog)
      #expect(facts.host.memoryPressure == 0.97 && facts.host.availableBytes == 500_000_000)
    }
  }
}
