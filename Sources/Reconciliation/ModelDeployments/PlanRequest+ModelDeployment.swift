import Planning
import QoSAPI

extension PlanRequest {
  /// What a ModelDeployment asks of the planner.
  package init(_ deployment: ModelDeployment) {
    let traffic = deployment.traffic
    self.init(
      workload: Workload(
        model: deployment.model, useCase: deployment.useCase, expectedQPS: traffic.expectedQPS,
        concurrentUsers: traffic.concurrentUsers.map(Double.init), peakQPS: traffic.peakQPS, promptTokens: traffic.promptTokens,
        outputTokens: traffic.outputTokens,
        serviceLevel: .init(ttft: deployment.slo.ttft, itl: deployment.slo.itl, e2e: deployment.slo.e2e)),
      objective: Objective(rawValue: deployment.objective.rawValue) ?? .balanced,
      budget: Budget(
        maxMonthlyUSD: deployment.budget.maxMonthlyUSD, maxHourlyUSD: deployment.budget.maxHourlyUSD,
        policy: deployment.budget.policy.flatMap { Budget.Policy(rawValue: $0.rawValue) }),
      hardware: HardwareConstraint(
        gpuTypes: deployment.hardware.gpuTypes, maxGPUs: deployment.hardware.maxGPUs,
        maxTensorParallel: deployment.hardware.maxTensorParallel),
      models: ModelConstraint(
        excluded: deployment.planning.excludedModels, minimumContextTokens: deployment.planning.minimumContextTokens),
      weights: ScoreWeights(deployment.planning.weights),
      minimumConfidence: deployment.planning.minimumConfidence.flatMap { CapacityPlan.Confidence(rawValue: $0.rawValue) },
      pricing: PricingModel(deployment.pricing))
  }
}

extension ScoreWeights {
  /// The usual weights with those that are stated.
  init(_ stated: ModelDeployment.Planning.Weights, else usual: ScoreWeights = ScoreWeights()) {
    self = usual
    quality = stated.quality ?? quality
    cost = stated.cost ?? cost
    latency = stated.latency ?? latency
    simplicity = stated.simplicity ?? simplicity
  }
}
