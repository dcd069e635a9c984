import Console
import Foundation
import Intent
import JSON
import KnowledgeBase
import Planning
import TestKit
import Testing

@Suite("Resources of the API")
struct ResourceTests {
  @Test("A plan is the one that the planner makes, in the words of the command")
  func plan() async throws {
    let api = try Sample.api()
    let reply = try await api.post("/api/v1/plan", #"{"useCase": "chatbot_conversational", "traffic": {"concurrentUsers": 1000}}"#)
    let request = PlanRequest(workload: Workload(useCase: "chatbot_conversational", concurrentUsers: 1000))
    #expect(reply.status == 200)
    #expect(reply.json == PlanReport.json(try Planner.plan(request, knowledge: try KnowledgeBase.shared.get())))
    #expect(reply.json["selected"]?["model"]?.string != nil)
  }

  @Test("The least confidence and the weights are the planner's")
  func planningFields() async throws {
    let body = """
      {"useCase": "chatbot_conversational", "traffic": {"concurrentUsers": 1000},
       "planning": {"minimumConfidence": "estimated", "weights": {"quality": 0, "cost": 2}}}
      """
    let reply = try await Sample.api().post("/api/v1/plan", body)
    let request = PlanRequest(
      workload: Workload(useCase: "chatbot_conversational", concurrentUsers: 1000), weights: ScoreWeights(quality: 0, cost: 2),
      minimumConfidence: .estimated)
    #expect(reply.json == PlanReport.json(try Planner.plan(request, knowledge: try KnowledgeBase.shared.get())))
    let confidences = Set(reply.json["viable"]?.array?.compactMap { $0["confidence"]?.string } ?? [])
    #expect(confidences == ["benchmarked", "interpolated", "estimated"])
    let lengths =
      #"{"useCase": "translation", "traffic": {"expectedQPS": 1, "promptTokens": 700}, "planning": {"minimumConfidence": "benchmarked"}}"#
    let none = try await Sample.api().post("/api/v1/plan", lengths).json
    #expect(none["selected"] == .null && none["message"]?.string?.contains("set planning.minimumConfidence to estimated") == true)
  }

  @Test("Every rejected configuration is told when that is asked for, and the rankings always")
  func explained() async throws {
    let body = #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "budget": {"maxMonthlyUSD": 2000}}"#
    let reply = try await Sample.api().post("/api/v1/plan?explain=true", body).json
    let counted = reply["rejected"]?.object?.members.reduce(0) { $0 + ($1.value.int ?? 0) }
    #expect(reply["rejections"]?.array?.count == counted)
    #expect(reply["rankings"]?.object?.keys.sorted() == ["balanced", "cheapest", "fastest", "most accurate", "simplest"])
    #expect(reply[["rankings", "cheapest"]]?[0] == reply["viable"]?[0])
    let plain = try await Sample.api().post("/api/v1/plan?explain=false", body).json
    #expect(plain["rejections"] == nil && plain["rankings"] == reply["rankings"])
    #expect(try await Sample.api().post("/api/v1/plan?explain=yes", body).json["errors"]?[0]?["field"] == "explain")
  }

  @Test("GPUs that are bought cost what a ModelDeployment's would")
  func pricing() async throws {
    let body = """
      {"useCase": "chatbot_conversational", "traffic": {"concurrentUsers": 1000}, "hardware": {"gpuTypes": ["A100-80"]},
       "pricing": {"mode": "purchase", "purchasePricePerGPUUSD": 15000, "powerPriceUSDPerKWh": 0.12, "wattsPerGPU": 400}}
      """
    let reply = try await Sample.api().post("/api/v1/plan", body)
    let count = try #require(reply.json["selected"]?["gpuCount"]?.double)
    let cost = try #require(reply.json["selected"]?["costPerMonthUSD"]?.double)
    // 15,000 ÷ 36 months, and 0.4 kW × 1.3 × 730 h × 0.12 USD.
    #expect(abs(cost / count - (15000.0 / 36 + 0.4 * 1.3 * 730 * 0.12)) < 0.01)
    let lacking = try await Sample.api().post(
      "/api/v1/plan", #"{"useCase": "translation", "traffic": {"expectedQPS": 1}, "pricing": {"mode": "purchase"}}"#)
    #expect(lacking.status == 400)
    #expect(lacking.json["errors"]?[0]?["field"] == "pricing")
  }

  @Test("What nothing can do is an answer with reasons, not an error")
  func noPlan() async throws {
    let body = #"{"useCase": "code_completion", "traffic": {"expectedQPS": 5}, "slo": {"ttftP95": 0.001}}"#
    let reply = try await Sample.api().post("/api/v1/plan", body)
    #expect(reply.status == 200)
    #expect(reply.json["selected"] == .null)
    #expect(reply.json["relax"]?.strings?.isEmpty == false)
  }

  @Test("A sentence becomes findings with their words, assumptions, a specification and rankings")
  func recommend() async throws {
    let reply = try await Sample.api().post(
      "/api/v1/recommend", #"{"text": "I need a chatbot for 1000 users, low latency is critical"}"#)
    #expect(reply.status == 200)
    let understood = reply.json["understood"]?.array ?? []
    #expect(understood.map { $0["field"]?.string } == ["useCase", "users", "priority"])
    #expect(understood.map { $0["words"]?.string } == ["chatbot", "1000 users", "low latency is critical"])
    #expect(reply.json["specification"]?["spec"]?["traffic"] == ["concurrentUsers": 1000])
    #expect(reply.json["specification"]?["spec"]?["objective"] == "latency")
    #expect(reply.json["reader"] == "rules")
    #expect(reply.json["questions"]?.array?.map { $0["field"]?.string } == ["maxMonthlyUSD"])
    #expect(reply.json["rankings"]?.object?.keys.first == "fastest")
    #expect(reply.json["recommended"] == reply.json["plan"]?["selected"])
    #expect(reply.json["assumed"]?.array?.isEmpty == false)
  }

  @Test("The specification of a recommendation, planned again, is the same plan")
  func roundTrip() async throws {
    let api = try Sample.api()
    let advice = try await api.post("/api/v1/recommend", #"{"text": "50 QPS code completion on H100, at most 8 GPUs, under $30k a month"}"#)
    let spec = try #require(advice.json["specification"]?["spec"])
    #expect(try await api.post("/api/v1/plan", spec.text()).json == advice.json["plan"])
  }

  @Test("Answers are taken, and one that makes no sense is noted")
  func answers() async throws {
    let reply = try await Sample.api().post(
      "/api/v1/recommend", #"{"text": "hello", "answers": {"useCase": "4", "users": "I don't know", "priority": "xyzzy"}}"#)
    #expect(reply.json["specification"]?["spec"]?["useCase"] == "translation")
    #expect(reply.json["specification"]?["spec"]?["traffic"]?["concurrentUsers"] == 100)
    #expect(reply.json["notes"]?.strings?.contains { $0.contains("priority") } == true)
    #expect(reply.json["questions"]?.array?.map { $0["field"]?.string } == ["maxMonthlyUSD"])
  }

  @Test(
    "The catalogue comes in pages that join without gaps",
    arguments: ["models", "accelerators", "use-cases", "traffic-profiles", "patterns", "quality"])
  func pages(name: String) async throws {
    let api = try Sample.api()
    let whole = try await api.get("/api/v1/catalog/\(name)?limit=1000").json
    var items: [JSONValue] = []
    while true {
      let page = try await api.get("/api/v1/catalog/\(name)?limit=3&offset=\(items.count)").json
      #expect(page["total"] == whole["total"])
      guard let more = page["items"]?.array, !more.isEmpty else { break }
      items += more
    }
    #expect(.array(items) == whole["items"])
    #expect(items.count == whole["total"]?.int)
    #expect(!items.isEmpty)
  }

  @Test("Filters of benchmarks all hold")
  func filters() async throws {
    let target = "/api/v1/catalog/benchmarks?model=LLAMA-3.1-8b&accelerator=h100&kind=simulated&gpus=1&promptTokens=512&outputTokens=256"
    let reply = try await Sample.api().get(target)
    let items = reply.json["items"]?.array ?? []
    #expect(!items.isEmpty)
    for item in items {
      #expect(item["kind"] == "simulated" && item["accelerator"] == "H100" && item["gpus"] == 1 && item["promptTokens"] == 512)
      #expect(item["model"]?.string?.lowercased().contains("llama-3.1-8b") == true)
    }
  }

  @Test("Qualities are those that plans are scored with, and patterns those of the catalogue")
  func qualities() async throws {
    let target = "/api/v1/catalog/quality?model=llama-3.1-8b-instruct&useCase=code_completion"
    let items = try await Sample.api().get(target).json["items"]?.array ?? []
    let knowledge = try KnowledgeBase.shared.get()
    #expect(!items.isEmpty)
    for item in items {
      let model = try knowledge.model(named: item["model"]?.string ?? "")
      #expect(item["useCase"] == "code_completion" && item["score"] == .double(knowledge.quality.score(of: model, for: "code_completion")))
    }
    let patterns = try await Sample.api().get("/api/v1/catalog/patterns").json["items"]?.array ?? []
    #expect(patterns.compactMap { $0["name"]?.string } == (try KnowledgeSource(reading: .shipped).current.patterns.map(\.name)))
  }

  @Test("The nine use cases are there")
  func useCases() async throws {
    let items = try await Sample.api().get("/api/v1/catalog/use-cases").json["items"]?.array ?? []
    #expect(Set(items.compactMap { $0["name"]?.string }) == Set(UseCaseName.allCases.map(\.rawValue)))
  }

  @Test("The health of the facts is what the validation says")
  func dataHealth() async throws {
    let reply = try await Sample.api().get("/api/v1/data/health")
    #expect(reply.status == 200)
    let kinds = Set(reply.json["findings"]?.array?.compactMap { $0["kind"]?.string } ?? [])
    #expect(kinds.contains("ModelWithoutBenchmarks") && kinds.contains("AcceleratorWithoutPrice"))
    #expect(reply.json["counts"]?["useCases"] == 9)
  }

  @Test("Facts whose source is gone are used, and that is said")
  func degraded() async throws {
    var snapshot = try KnowledgeSource(reading: .shipped).current
    snapshot.trouble = .init(text: "the database is gone", since: Date(timeIntervalSince1970: 0))
    let (facts, plan) = (snapshot, #"{"useCase": "translation", "traffic": {"expectedQPS": 1}}"#)
    let api = ConsoleAPI(ConsoleResources(version: "1", facts: ConsoleFacts { facts }))
    #expect(try await api.get("/api/v1/health").json["status"] == "degraded")
    #expect(try await api.get("/api/v1/data/health").json["trouble"]?["message"] == "the database is gone")
    #expect(try await api.post("/api/v1/plan", plan).json["selected"]?["model"]?.string != nil)
  }

  @Test("Health says so")
  func health() async throws {
    let reply = try await Sample.api().get("/api/v1/health")
    #expect(reply.status == 200)
    #expect(reply.json["version"] == "1.2.3")
  }
}
