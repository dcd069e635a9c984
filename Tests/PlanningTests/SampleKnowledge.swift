import Planning

/// A small world in which every figure can be computed in the head.
enum Sample {
  static let chat = UseCase(
    name: "chat", summary: "", profile: TrafficProfile(promptTokens: 512, outputTokens: 256),
    serviceLevel: ServiceLevel(ttft: 150, itl: 25, e2e: 7000), experienceClass: "conversational", activeFraction: 0.2,
    requestsPerActiveUserPerMinute: 0.4, peakMultiplier: 2)

  static func row(
    _ model: String = "acme/small-8b", _ accelerator: String = "H100", gpus: Int = 1, rate: Double = 2, ttft: Double = 100,
    itl: Double = 20, e2e: Double = 5000, profile: TrafficProfile = chat.profile
  ) -> Benchmark {
    Benchmark(
      kind: .simulated, model: model, accelerator: accelerator, gpus: gpus, profile: profile, requestsPerSecond: rate,
      ttft: .init(p95: ttft), itl: .init(p95: itl), e2e: .init(p95: e2e), source: "sample")
  }

  static func knowledge(_ rows: [Benchmark], prices: [String: Double] = ["H100": 4, "L4": 1]) -> Knowledge {
    Knowledge(
      useCases: [chat],
      accelerators: prices.sorted { $0.key < $1.key }.map { name, price in
        Accelerator(
          name: name, aliases: ["NVIDIA-\(name)"], nodeLabel: "NVIDIA-\(name)", memoryGB: 80, pricePerHourUSD: price, source: "sample")
      },
      models: [
        ModelEntry(
          id: "acme/small-8b", aliases: ["small"], parametersBillions: 8, contextLength: 8192, minimumMemoryGB: 16, recommendedFor: ["chat"]
        ),
        ModelEntry(id: "acme/large-70b", parametersBillions: 70, contextLength: 8192, minimumMemoryGB: 140, recommendedFor: ["chat"]),
      ], benchmarks: rows,
      quality: QualityTable(
        steps: [.init(billions: 3, score: 40), .init(billions: 8, score: 60), .init(billions: 70, score: 85)],
        bonuses: ["chat": ["small": 10, "acme": 5]]))
  }

  /// By the rows alone, unless `confidence` says otherwise.
  static func request(
    qps: Double? = 1, users: Double? = nil, model: String? = nil, objective: Objective = .balanced, budget: Budget = Budget(),
    hardware: HardwareConstraint = HardwareConstraint(), confidence: CapacityPlan.Confidence? = .benchmarked,
    change: (inout Workload) -> Void = { _ in }
  ) -> PlanRequest {
    var workload = Workload(model: model, useCase: "chat", expectedQPS: qps, concurrentUsers: users)
    change(&workload)
    return PlanRequest(workload: workload, objective: objective, budget: budget, hardware: hardware, minimumConfidence: confidence)
  }

  static func plan(_ request: PlanRequest, _ knowledge: Knowledge) throws -> Recommendation {
    switch try Planner.plan(request, knowledge: knowledge) {
    case .planned(let recommendation): recommendation
    case .noViablePlan(let refusal): throw Refused(message: refusal.message)
    }
  }

  struct Refused: Error { let message: String }
}
