extension Recommendation {
  /// Each plan with how it is paid for; the chosen one and its alternatives in sentences too. The chosen one says so among its reasons,
  /// unless it costs what the list says.
  func stating(_ pricing: PricingModel, _ knowledge: Knowledge) -> Recommendation {
    var accelerators: [String: Accelerator] = [:]
    func figures(_ plan: CapacityPlan) -> CapacityPlan {
      if accelerators[plan.accelerator] == nil { accelerators[plan.accelerator] = try? knowledge.accelerator(named: plan.accelerator) }
      var plan = plan
      plan.pricing = accelerators[plan.accelerator].flatMap { pricing.figures(gpuCount: plan.gpuCount, accelerator: $0) }
      return plan
    }
    func stated(_ plan: CapacityPlan) -> CapacityPlan {
      guard let accelerator = try? knowledge.accelerator(named: plan.accelerator) else { return plan }
      var plan = plan
      plan.pricing = pricing.statement(gpuCount: plan.gpuCount, replicas: plan.replicas, accelerator: accelerator)
      return plan
    }
    var copy = self
    copy.plan = stated(plan)
    if pricing != .listPrices { copy.plan.why += copy.plan.pricing?.notes ?? [] }
    for index in alternatives.indices { copy.alternatives[index].plan = stated(alternatives[index].plan) }
    copy.viable = viable.map { $0 == plan ? copy.plan : figures($0) }
    for path in [\Rankings.balanced, \.cheapest, \.fastest, \.mostAccurate, \.simplest] {
      copy.rankings[keyPath: path] = rankings[keyPath: path].map { $0 == plan ? copy.plan : figures($0) }
    }
    return copy
  }
}

extension NoViablePlan {
  /// Says what a pricing model lacks when that is why nothing has a price.
  func advising(_ pricing: PricingModel) -> NoViablePlan {
    guard rejected[.noPrice] ?? 0 > 0 else { return self }
    let advice: String? =
      switch pricing {
      case .cloudRental(let rental) where rental.market == .spot:
        "No spot price is shipped: write pricing.spotPricePerGPUHourUSD, or set pricing.market to onDemand."
      case .cloudRental(let rental) where rental.provider != nil:
        "Name another pricing.provider, or write pricing.pricePerGPUHourUSD for it."
      case .cloudRental: nil
      case .ownedHardware: "Write pricing.wattsPerGPU where the power draw of a GPU is not known."
      case .purchase: "Write pricing.purchasePriceUSD by accelerator (and pricing.wattsPerGPU where the power draw is not known)."
      }
    guard let advice else { return self }
    var copy = self
    copy.relax.append(advice)
    return copy
  }
}
