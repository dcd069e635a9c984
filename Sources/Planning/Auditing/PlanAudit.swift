/// Re-checks a plan against its request and the knowledge, with arithmetic of its own: a plan that fails is not to be applied.
///
/// Written without the planner's code on purpose; only the words are shared.
package enum PlanAudit {
  /// What is wrong with the plan, each a sentence; empty when nothing is.
  package static func findings(_ plan: CapacityPlan, for request: PlanRequest, knowledge: Knowledge) -> [String] {
    sizing(plan) + money(plan, request, knowledge) + service(plan, request, knowledge) + limits(plan, request, knowledge)
      + basis(plan, knowledge)
  }

  private static func sizing(_ plan: CapacityPlan) -> [String] {
    var findings: [String] = []
    let needed = plan.traffic.steadyQPS * 6 / 5
    let slack = needed * 1e-8
    if plan.gpuCount != plan.replicas * plan.gpusPerReplica {
      findings.append("\(plan.replicas) replicas of \(plan.gpusPerReplica) GPUs are not \(plan.gpuCount) GPUs.")
    }
    if plan.replicas < 1 || plan.requestsPerSecondPerReplica * Double(plan.replicas) < needed - slack {
      findings.append("\(plan.replicas) replicas do not serve \(Figure(needed)) requests/s.")
    }
    if plan.replicas > 1, plan.requestsPerSecondPerReplica * Double(plan.replicas - 1) >= needed * (1 - 1e-10) {
      findings.append("One replica fewer would serve \(Figure(needed)) requests/s too.")
    }
    if (plan.strategy == .single) != (plan.replicas == 1) { findings.append("The strategy does not fit \(plan.replicas) replicas.") }
    if plan.minReplicas < 1 || plan.minReplicas > plan.replicas || plan.maxReplicas < plan.replicas {
      findings.append("\(plan.replicas) replicas are not between \(plan.minReplicas) and \(plan.maxReplicas).")
    }
    return findings
  }

  private static func money(_ plan: CapacityPlan, _ request: PlanRequest, _ knowledge: Knowledge) -> [String] {
    var findings: [String] = []
    guard let price = (try? knowledge.accelerator(named: plan.accelerator)).flatMap({ hourlyUSD($0, request.pricing) }) else {
      return ["\(plan.accelerator) has no price."]
    }
    func differ(_ left: Double, _ right: Double) -> Bool { (left - right).magnitude > 1e-6 * max(1, right.magnitude) }
    if differ(plan.cost.perHourUSD, price * Double(plan.gpuCount)) { findings.append("The cost per hour is not GPUs times price.") }
    if differ(plan.cost.perMonthUSD, plan.cost.perHourUSD * 730) { findings.append("The cost per month is not that of 730 hours.") }
    if let limit = request.budget.maxMonthlyUSD, plan.cost.perMonthUSD > limit + 0.001 { findings.append("It exceeds the monthly budget.") }
    if let limit = request.budget.maxHourlyUSD, plan.cost.perHourUSD > limit + 0.001 { findings.append("It exceeds the hourly budget.") }
    return findings
  }

  /// What one GPU costs for an hour, in this module's own arithmetic: sums of a month over its hours.
  private static func hourlyUSD(_ accelerator: Accelerator, _ pricing: PricingModel) -> Double? {
    func power(_ tariff: PowerTariff) -> Double? {
      guard let price = tariff.usdPerKWh else { return 0 }
      return (tariff.wattsPerGPU ?? accelerator.powerWatts).map { 0.73 * $0 * tariff.pue * price }
    }
    switch pricing {
    case .listPrices: return accelerator.pricePerHourUSD
    case .cloudRental: return pricing.rate(of: accelerator)?.perHourUSD
    case .ownedHardware(let tariff): return power(tariff).map { $0 / 730 }
    case .purchase(let purchase):
      guard let price = purchase.price(of: accelerator), let power = power(purchase.power) else { return nil }
      return (price / Double(purchase.amortisationMonths) + power + purchase.otherMonthlyPerGPUUSD) / 730
    }
  }

  private static func service(_ plan: CapacityPlan, _ request: PlanRequest, _ knowledge: Knowledge) -> [String] {
    let useCase = request.workload.useCase.flatMap { try? knowledge.useCase(named: $0) }
    let overrides = request.workload.serviceLevel
    let figures = [
      ("TTFT", plan.predicted.ttft, overrides.ttft ?? useCase?.serviceLevel.ttft),
      ("ITL", plan.predicted.itl, overrides.itl ?? useCase?.serviceLevel.itl),
      ("E2E", plan.predicted.e2e, overrides.e2e ?? useCase?.serviceLevel.e2e),
    ]
    return figures.compactMap { name, predicted, target in
      guard let target else { return "\(name) has no target." }
      return predicted <= target ? nil : "\(name) p95 of \(Figure(predicted)) ms exceeds the target of \(Figure(target))."
    }
  }

  private static func limits(_ plan: CapacityPlan, _ request: PlanRequest, _ knowledge: Knowledge) -> [String] {
    var findings: [String] = []
    let allowed = request.hardware.gpuTypes.compactMap { try? knowledge.accelerator(named: $0).name }
    let used = try? knowledge.accelerator(named: plan.accelerator).name
    if !request.hardware.gpuTypes.isEmpty, !allowed.contains(used ?? plan.accelerator) {
      findings.append("\(plan.accelerator) is not allowed.")
    }
    if let limit = request.hardware.maxGPUs, plan.gpuCount > limit || plan.maxReplicas * plan.gpusPerReplica > limit {
      findings.append("It may use more than \(limit) GPUs.")
    }
    if let limit = request.hardware.maxTensorParallel, plan.gpusPerReplica > limit {
      findings.append("A replica uses more than \(limit) GPUs.")
    }
    let id = (try? knowledge.model(named: plan.model).id) ?? plan.model
    for name in request.models.excluded {
      let isMeant = (try? knowledge.model(named: name).id).map { $0 == id } ?? id.lowercased().contains(name.lowercased())
      if isMeant { findings.append("\(plan.model) is excluded.") }
    }
    if let least = request.minimumConfidence, plan.confidence < least {
      findings.append("It is \(plan.confidence.rawValue) where at least \(least.rawValue) was asked for.")
    }
    if plan.inputsDigest != request.digest { findings.append("It was made for another request.") }
    return findings
  }

  private static func basis(_ plan: CapacityPlan, _ knowledge: Knowledge) -> [String] {
    if plan.confidence == .estimated { return [] }
    if plan.confidence == .interpolated {
      let name = try? knowledge.accelerator(named: plan.accelerator).name
      let known = knowledge.benchmarks.contains { row in
        row.kind != .estimated && (try? knowledge.accelerator(named: row.accelerator).name) == name
          && (try? knowledge.model(named: row.model).id) == (try? knowledge.model(named: plan.model).id)
      }
      return known ? [] : ["No benchmark rows of this model and GPU are there to interpolate between."]
    }
    let known = knowledge.benchmarks.contains { row in
      row.profile == plan.traffic.profile && row.gpus == plan.gpusPerReplica && row.requestsPerSecond == plan.requestsPerSecondPerReplica
        && row.serviceLevel == plan.predicted && row.kind == plan.basis && row.model.lowercased() == plan.model.lowercased()
    }
    return known ? [] : ["No benchmark row holds its figures."]
  }
}
