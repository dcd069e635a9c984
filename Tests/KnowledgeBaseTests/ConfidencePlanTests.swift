import KnowledgeBase
import Planning
import Testing

/// Plans over the shipped data at each confidence.
@Suite struct ConfidencePlanTests {
  private func request(
    _ confidence: CapacityPlan.Confidence?, useCase: String = "chatbot_conversational", change: (inout PlanRequest) -> Void = { _ in }
  ) -> PlanRequest {
    var request = PlanRequest(workload: Workload(useCase: useCase, expectedQPS: 10), minimumConfidence: confidence)
    change(&request)
    return request
  }

  private func recommendation(_ request: PlanRequest) throws -> Recommendation {
    guard case .planned(let recommendation) = try Planner.plan(request, knowledge: KnowledgeBase.shared.get()) else {
      throw PlanProblem.missing(field: "plan", advice: "there is none")
    }
    return recommendation
  }

  @Test func `Every plan says its confidence, keeps its service level and passes the audit`() throws {
    let knowledge = try KnowledgeBase.shared.get()
    for useCase in knowledge.useCases.prefix(4) {
      for confidence in CapacityPlan.Confidence.allCases {
        let request = request(confidence, useCase: useCase.name)
        let recommendation = try recommendation(request)
        for plan in recommendation.viable {
          #expect(plan.confidence >= confidence)
          #expect(plan.predicted.meets(plan.target), "\(plan.model) on \(plan.accelerator)")
          #expect(plan.confidence != .interpolated || plan.basis != .estimated)
        }
        let findings = PlanAudit.findings(recommendation.plan, for: request, knowledge: knowledge)
        #expect(findings == [])
        #expect(recommendation.rejections.allSatisfy { $0.confidence >= confidence })
        #expect(recommendation.rejected.values.reduce(0, +) == recommendation.rejections.count)
      }
    }
  }

  @Test func `Less certain configurations are added, and change nothing of the more certain`() throws {
    let benchmarked = try recommendation(request(.benchmarked)).viable
    let all = try recommendation(request(.estimated)).viable
    func configurations(_ plans: [CapacityPlan]) -> [String] {
      plans.map { "\($0.model) \($0.gpusPerReplica) \($0.accelerator) \($0.replicas) \($0.cost.perMonthUSD)" }
    }
    #expect(configurations(benchmarked) == configurations(all.filter { $0.confidence == .benchmarked }))
    #expect(all.count > benchmarked.count)
  }

  @Test func `Lengths without rows are interpolated, a GPU without rows is estimated`() throws {
    let between = try recommendation(
      request(nil) {
        $0.workload.promptTokens = 2000
        $0.workload.outputTokens = 700
      })
    #expect(between.viable.allSatisfy { $0.confidence == .interpolated })
    let elsewhere = try recommendation(request(nil) { $0.hardware.gpuTypes = ["MI300X"] })
    #expect(elsewhere.viable.allSatisfy { $0.confidence == .estimated && $0.accelerator == "MI300X" })
  }

  @Test func `A BLIS row that ends at 3 requests a second names a capacity several times as high`() throws {
    let plan = try recommendation(
      request(nil) {
        $0.workload.model = "meta-llama/llama-3.1-8b-instruct"
        $0.hardware = .init(gpuTypes: ["H100"], maxTensorParallel: 1)
      }
    ).plan
    #expect(plan.confidence == .benchmarked && plan.isCapacityLowerBound)
    let sentence = try #require(plan.why.first { $0.hasPrefix("Its capacity is estimated at") }, "\(plan.why)")
    #expect(sentence.contains("1 replica(s) would do"), "\(sentence)")
  }

  @Test func `More users never cost less and a tighter target is never cheaper, at any one confidence`() throws {
    for confidence in CapacityPlan.Confidence.allCases {
      var last = 0.0
      for qps in [0.5, 3, 20, 150] {
        let plan = try recommendation(
          request(confidence) {
            $0.workload.expectedQPS = qps
            $0.objective = .cost
          }
        ).plan
        #expect(plan.cost.perMonthUSD >= last)
        last = plan.cost.perMonthUSD
      }
      last = 0
      for ttft in [400.0, 150, 80, 50] {
        let plan = try? recommendation(
          request(confidence) {
            $0.workload.serviceLevel.ttft = ttft
            $0.objective = .cost
          }
        ).plan
        guard let plan else { continue }
        #expect(plan.cost.perMonthUSD >= last)
        last = plan.cost.perMonthUSD
      }
    }
  }
}
