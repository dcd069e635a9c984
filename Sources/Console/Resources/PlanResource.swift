import Intent
import JSON
import KnowledgeBase
import Planning

/// `POST /api/v1/plan`: a specification to a plan, as `podium plan -o json` prints it.
enum PlanResource {
  static func post(_ resources: ConsoleResources) -> Operation {
    Operation(
      post: "/api/v1/plan", id: "createPlan",
      "Plan the GPUs for a workload. Answers with `selected` null and the reasons when nothing known can do it.",
      parameters: [
        Operation.Parameter("explain", .boolean, "Whether every rejected configuration is told, in `rejections`.", initial: false)
      ], body: Shapes.specification,
      example: [
        "useCase": "chatbot_conversational", "traffic": ["concurrentUsers": 1000], "objective": "latency",
        "budget": ["maxMonthlyUSD": 20000],
      ], answer: Shapes.planning, problems: [.unknownName, .contradiction]
    ) { call in
      let request = PlanRequest(specification: call.body)
      return PlanReport.json(try plan(request, resources.facts.knowledge()), explained: call.bool("explain") ?? false)
    }
  }

  static func plan(_ request: PlanRequest, _ knowledge: Knowledge) throws(ConsoleProblem) -> PlanResult {
    do throws(PlanProblem) {
      try request.checkTraffic()
      return try Planner.plan(request, knowledge: knowledge)
    } catch {
      throw ConsoleProblem(error)
    }
  }
}

extension PlanRequest {
  /// From a body that has ``Shapes/specification``.
  init(specification: JSONValue) {
    let (traffic, slo, budget, hardware) = (
      specification["traffic"], specification["slo"], specification["budget"], specification["hardware"]
    )
    self.init(
      workload: Workload(
        model: specification["model"]?.string, useCase: specification["useCase"]?.string, expectedQPS: traffic?["expectedQPS"]?.double,
        concurrentUsers: traffic?["concurrentUsers"]?.double, peakQPS: traffic?["peakQPS"]?.double,
        promptTokens: traffic?["promptTokens"]?.int, outputTokens: traffic?["outputTokens"]?.int,
        serviceLevel: .init(ttft: slo?["ttftP95"]?.double, itl: slo?["itlP95"]?.double, e2e: slo?["e2eP95"]?.double)),
      objective: specification["objective"]?.string.flatMap(Objective.init(rawValue:)) ?? .balanced,
      budget: Budget(
        maxMonthlyUSD: budget?["maxMonthlyUSD"]?.double, maxHourlyUSD: budget?["maxHourlyUSD"]?.double,
        policy: budget?["policy"]?.string.flatMap(Budget.Policy.init(rawValue:))),
      hardware: HardwareConstraint(
        gpuTypes: hardware?["gpuTypes"]?.strings ?? [], maxGPUs: hardware?["maxGPUs"]?.int,
        maxTensorParallel: hardware?["maxTensorParallel"]?.int),
      models: ModelConstraint(
        excluded: specification[["planning", "excludedModels"]]?.strings ?? [],
        minimumContextTokens: specification[["planning", "minimumContextTokens"]]?.int),
      weights: ScoreWeights(specification: specification[["planning", "weights"]]),
      minimumConfidence: specification[["planning", "minimumConfidence"]]?.string.flatMap(CapacityPlan.Confidence.init(rawValue:)),
      pricing: PricingModel(specification: specification["pricing"]))
  }

  /// As a ModelDeployment is checked.
  func checkTraffic() throws(PlanProblem) {
    guard let peak = workload.peakQPS, let expected = workload.expectedQPS, peak < expected else { return }
    throw .contradiction(
      "traffic.peakQPS", "traffic.expectedQPS", advice: "the peak cannot be below the steady rate; raise it, or leave it out")
  }
}

extension ConsoleProblem {
  init(_ problem: PlanProblem) {
    let kind: Kind =
      switch problem {
      case .unknownName: .unknownName
      case .contradiction: .contradiction
      default: .invalidRequest
      }
    // The name itself may be anything that was sent: shown short.
    let text = "\(problem)"
    self.init(
      kind, text.count > 1000 ? text.prefix(999) + "…" : text,
      errors: [ShapeProblem(problem.field, text.count > 1000 ? text.prefix(999) + "…" : text)])
  }
}
