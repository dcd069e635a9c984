/// Everything a person states about a deployment that the planner needs to know.
package struct PlanRequest: Sendable, Hashable {
  package var workload: Workload
  package var objective: Objective
  package var budget: Budget
  package var hardware: HardwareConstraint
  package var models: ModelConstraint
  package var weights: ScoreWeights
  /// All configurations of at least this confidence compete. `nil`: only the most certain ones among which something is viable,
  /// benchmarked before interpolated before estimated.
  package var minimumConfidence: CapacityPlan.Confidence?
  /// How the GPUs are paid for.
  package var pricing: PricingModel

  package init(
    workload: Workload, objective: Objective = .balanced, budget: Budget = Budget(), hardware: HardwareConstraint = HardwareConstraint(),
    models: ModelConstraint = ModelConstraint(),
    weights: ScoreWeights = ScoreWeights(), minimumConfidence: CapacityPlan.Confidence? = nil,
    pricing: PricingModel = .listPrices
  ) {
    self.workload = workload
    self.objective = objective
    self.budget = budget
    self.hardware = hardware
    self.models = models
    self.weights = weights
    self.minimumConfidence = minimumConfidence
    self.pricing = pricing
  }
}

/// What each score counts in the balanced score; the defaults add up to 1.
package struct ScoreWeights: Sendable, Hashable {
  package var quality: Double
  package var cost: Double
  package var latency: Double
  package var simplicity: Double

  package init(quality: Double = 0.4, cost: Double = 0.4, latency: Double = 0.1, simplicity: Double = 0.1) {
    self.quality = quality
    self.cost = cost
    self.latency = latency
    self.simplicity = simplicity
  }
}
