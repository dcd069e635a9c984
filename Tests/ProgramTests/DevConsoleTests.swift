import Foundation
import JSON
import TestKit
import Testing

/// What `podium serve` answers, the console of `podium dev` answers too.
@Suite("The console of podium dev")
struct DevConsoleTests {
  @Test("plans, recommends and describes itself, beside health and metrics")
  func answers() async throws {
    let dev = try await RunningDev.start()
    let body = #"{"useCase": "chatbot_conversational", "traffic": {"concurrentUsers": 1000}}"#
    let plan = try await post("/api/v1/plan?explain=true", body, dev)
    let offline = try await Command.run(
      RunningDev.program, ["plan", "--use-case", "chatbot_conversational", "--users", "1000", "-o", "json", "--explain"]
    ).checked().output
    #expect(plan == (try JSONValue(parsing: offline)))
    #expect(plan["selected"]?["model"]?.string != nil)

    let advice = try await post("/api/v1/recommend", #"{"text": "a chatbot for 1000 users on AWS, no Qwen"}"#, dev)
    #expect(advice["specification"]?["spec"]?["pricing"] == ["mode": "cloudRental", "provider": "aws"])
    #expect(advice["recommended"] == advice["plan"]?["selected"])

    let document = try await get("/openapi.json", dev)
    #expect(document["openapi"] == "3.1.0")
    for path in ["/api/v1/plan", "/api/v1/recommend", "/api/v1/catalog/quality", "/api/v1/catalog/patterns", "/api/v1/data/health"] {
      #expect(document["paths"]?[path] != nil, "\(path)")
    }
    #expect(try await get("/api/v1/catalog/use-cases", dev)["total"] == 9)
    let metrics = try await Command.run("curl", ["-sSf", "\(dev.console)/metrics"]).checked().output
    #expect(metrics.contains("# TYPE "))
  }

  @Test("refuses what makes no sense by its field, and pages of other sites")
  func refuses() async throws {
    let dev = try await RunningDev.start()
    let wrong = #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "planning": {"weights": {"cost": -1}}}"#
    let reply = try await Command.run(
      "curl", ["-sS", "\(dev.console)/api/v1/plan", "-H", "Content-Type: application/json", "-d", wrong]
    ).checked().output
    let json = try JSONValue(parsing: reply)
    #expect(json["status"] == 400 && json["errors"]?[0]?["field"] == "planning.weights.cost")
    let foreign = try await Command.run(
      "curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: podium.example", "\(dev.console)/api/v1/health"])
    #expect(foreign.output == "403")
  }

  private func post(_ path: String, _ body: String, _ dev: RunningDev) async throws -> JSONValue {
    let result = try await Command.run(
      "curl", ["-sSf", "\(dev.console)\(path)", "-H", "Content-Type: application/json", "-d", body], timeout: .seconds(60))
    return try JSONValue(parsing: try result.checked().output)
  }

  private func get(_ path: String, _ dev: RunningDev) async throws -> JSONValue {
    try JSONValue(parsing: try await Command.run("curl", ["-sSf", "\(dev.console)\(path)"], timeout: .seconds(60)).checked().output)
  }
}
