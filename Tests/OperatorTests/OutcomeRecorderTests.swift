import ControllerRuntime
import JSON
import KnowledgeBase
import Kubernetes
import Logging
import Planning
import QoSAPI
import Reconciliation
import TestKit
import Testing

@testable import Operator

/// What deployments teach, into a real PostgreSQL.
@Suite(.enabled(if: PostgresServer.programs != nil, "there is no PostgreSQL; hack/setup test installs it"))
struct OutcomeRecorderTests {
  private let stores = StoreSet(WatchedTypes.all)

  private func deploy(_ plan: CapacityPlan) {
    var deployment = KubeObject(.modelDeployment, namespace: "team", name: "chat")
    deployment["spec"] = ["model": .string(plan.model), "useCase": "chatbot_conversational", "traffic": ["expectedQPS": 6]]
    deployment["status"] = ["plan": plan.statusJSON]
    stores[.modelDeployment]?.apply(.replace([deployment]))
  }

  private func programmed(answers: Int) -> [String: ProgrammedPolicy] {
    func latency(_ p95: Double) -> LatencyFigures {
      LatencyFigures(count: answers, mean: p95 / 2, p50: p95 / 2, p95: p95, p95Low: p95, p95High: p95)
    }
    let figures = PoolFigures(
      backends: 2, requestsPerSecond: 6,
      answers: AnswerFigures(
        ttft: latency(61.5), itl: latency(12), e2e: latency(3_000), promptTokens: 530, outputTokens: 250, seconds: 60))
    return ["team": ProgrammedPolicy(revision: "1", pools: ["chat": figures])]
  }

  @Test func `A row a deployment and day is in the database and in the next plan, and is tried again when the database was away`()
    async throws
  {
    let server = try await PostgresServer.start()
    let location = try KnowledgeLocation(server.url(database: "postgres"))
    let facts = try await KnowledgeSource.writing(location)
    let workload = Workload(useCase: "chatbot_conversational", expectedQPS: 6)
    let plan = try #require(try Planner.plan(PlanRequest(workload: workload), knowledge: facts.current.knowledge).plan)
    deploy(plan)
    let recorder = OutcomeRecorder(stores, logger: Logger(label: "test")) { try await facts.record(learned: $0) }
    func learned() async throws -> String {
      try await server.sql(
        "SELECT model, accelerator, requests_per_second, ttft_p95_ms FROM podium_benchmarks WHERE kind = 'learned'")
    }

    // Too few answers teach nothing.
    await recorder.record(programmed(answers: 10))
    #expect(try await learned() == "")
    try await server.stop()
    await recorder.record(programmed(answers: 250))
    #expect(facts.current.knowledge.benchmarks.allSatisfy { $0.kind != .learned })
    try await server.launch()
    await recorder.record(programmed(answers: 250))
    #expect(try await learned() == "\(plan.model)|\(plan.accelerator)|3|61.5")
    // Once a day, however often it is asked.
    await recorder.record(programmed(answers: 900))
    #expect(try await learned() == "\(plan.model)|\(plan.accelerator)|3|61.5")

    // Another process sees it, and says what it is.
    let other = try KnowledgeSource(reading: location).current.knowledge
    let row = try #require(other.benchmarks.first { $0.kind == .learned })
    #expect(row.source == "observed at ModelDeployment team/chat, 250 answers" && row.date != nil)
  }
}
