/// Turns ranked candidates into plans with their reasons, and into alternatives with what each trades.
struct Explanation {
  let ranking: Ranking
  let inputs: PlanInputs
  let knowledge: Knowledge

  func recommendation(rejections: [Rejection]) -> Recommendation {
    let plans = ranking.candidates.indices.map(plan)
    let chosen = plans[ranking.chosen]
    let best = [
      (ranking.cheapest, "cheapest"), (ranking.fastest, "fastest"), (ranking.mostAccurate, "most accurate"),
      (ranking.simplest, "simplest"), (ranking.balanced, "balanced"),
    ]
    var strengths: [(place: Int, names: [String])] = []
    for (place, name) in best where place != ranking.chosen {
      if let known = strengths.firstIndex(where: { $0.place == place }) {
        strengths[known].names.append(name)
      } else {
        strengths.append((place, [name]))
      }
    }
    let alternatives = strengths.map { place, names in
      Recommendation.Alternative(plan: plans[place], strengths: names, trade: trade(plans[place], against: chosen))
    }
    return Recommendation(
      plan: chosen, alternatives: alternatives, viable: plans, rankings: rankings(plans), rejected: Rejection.counts(rejections),
      rejections: rejections)
  }

  private func rankings(_ plans: [CapacityPlan]) -> Rankings {
    let length = Rankings.length
    return Rankings(
      balanced: ranking.highest(\.balanced, length).map { plans[$0] }, cheapest: Array(plans.prefix(length)),
      fastest: ranking.fastest(length).map { plans[$0] }, mostAccurate: ranking.highest(\.quality, length).map { plans[$0] },
      simplest: ranking.highest(\.simplicity, length).map { plans[$0] })
  }

  private func plan(at place: Int) -> CapacityPlan {
    let candidate = ranking.candidates[place]
    let offer = candidate.offer
    let nodeLabel = knowledge.accelerators[offer.accelerator].nodeLabel
    return CapacityPlan(
      model: inputs.modelName(for: offer.modelName), accelerator: offer.acceleratorName,
      acceleratorNodeLabel: nodeLabel, gpusPerReplica: offer.gpus, tensorParallel: offer.gpus,
      replicas: candidate.replicas, gpuCount: candidate.gpuCount,
      strategy: candidate.replicas > 1 ? .independent : .single, predicted: candidate.predicted, target: inputs.target,
      traffic: inputs.traffic, requestsPerSecondPerReplica: offer.rate, isCapacityLowerBound: offer.isCapacityLowerBound,
      cost: candidate.cost, confidence: offer.confidence, basis: offer.basis, source: offer.source, typical: offer.typical,
      minReplicas: candidate.replicas, maxReplicas: maxReplicas(candidate), scores: ranking.scores[place],
      why: place == ranking.chosen ? why(candidate) : [],
      inputsDigest: inputs.digest)
  }

  /// What the peak needs, as far as hardware and budget allow.
  private func maxReplicas(_ candidate: Candidate) -> Int {
    var most = Capacity.replicas(for: inputs.traffic.peakQPS, each: candidate.offer.rate)
    if let gpus = inputs.request.hardware.maxGPUs { most = min(most, gpus / candidate.gpus) }
    let price = Double(candidate.gpus) * (knowledge.accelerators[candidate.offer.accelerator].pricePerHourUSD ?? 0)
    let budget = inputs.request.budget
    let hourly = min(budget.maxHourlyUSD ?? .infinity, (budget.maxMonthlyUSD ?? .infinity) / Pricing.hoursPerMonth)
    if hourly.isFinite, price > 0 { most = min(most, Int(exactly: ((hourly + 1e-9) / price).rounded(.down)) ?? most) }
    return max(candidate.replicas, most)
  }

  private func why(_ candidate: Candidate) -> [String] {
    let offer = candidate.offer
    let target = inputs.target
    let accelerator = knowledge.accelerators[offer.accelerator]
    let figures = ServiceLevel.Metric.allCases.map { metric in
      "\(metric.title) \(Figure(candidate.predicted[metric])) ms (target \(Figure(target[metric])))"
    }
    let atLeast = offer.isCapacityLowerBound ? "at least " : ""
    var why = [
      "\(choice), among \(ranking.candidates.count) viable configuration(s).", "\(inputs.traffic.derivation).",
      "A replica on \(candidate.gpus) × \(accelerator.name) serves \(atLeast)\(Figure(offer.rate)) requests/s with "
        + figures.joined(separator: ", ") + ".",
      "\(candidate.replicas) replica(s) = \(Figure(inputs.traffic.steadyQPS)) × 1.2 headroom ÷ \(Figure(offer.rate)), rounded up; "
        + "\(candidate.gpuCount) GPU(s) at \(Figure.money(accelerator.pricePerHourUSD ?? 0)) USD an hour are "
        + "\(Figure.money(candidate.cost.perMonthUSD)) USD a month.",
    ]
    why += offer.account.sentences
    if offer.isCapacityLowerBound { why += lowerBound(candidate) }
    return why
  }

  /// What a rate means that is only as high as anyone went, and what the real capacity may be.
  private func lowerBound(_ candidate: Candidate) -> [String] {
    var sentences: [String] = []
    if candidate.replicas > 1 {
      let load = candidate.offer.confidence == .benchmarked ? "The row's load" : "The rows' load"
      sentences.append("\(load) did not saturate the server: fewer replicas may do.")
    }
    let predictions = Predictions(knowledge: knowledge, profile: inputs.traffic.profile, target: inputs.target)
    guard let known = predictions.capacity(beyond: candidate.offer) else { return sentences }
    let replicas = Capacity.replicas(for: inputs.traffic.steadyQPS, each: known.rate)
    guard replicas < candidate.replicas else { return sentences }
    sentences.append(
      "Its capacity is \(known.confidence.rawValue) at \(Figure(known.rate)) requests/s within the service level, with which \(replicas) replica(s) "
        + "would do: \(known.source).")
    return sentences
  }

  private var choice: String {
    switch (inputs.request.budget.policy, inputs.request.objective) {
    case (nil, _) where inputs.request.choosesFewestGPUs: "The fewest GPUs"
    case (.strict, _) where inputs.request.ordersByGPUs: "The fewest GPUs"
    case (.strict, _), (nil, .cost), (nil, .fewestGPUs): "The cheapest"
    case (.flexible, _): "The middle of the order of cost"
    case (.some(.none), _), (nil, .latency): "The fastest"
    case (nil, .balanced): "The best of quality, cost, latency and simplicity together"
    case (nil, .accuracy): "The most accurate"
    }
  }

  private func trade(_ plan: CapacityPlan, against chosen: CapacityPlan) -> String {
    var parts: [String] = []
    func compare(_ value: Double, _ other: Double, _ render: (Double) -> String, less: String = "less", more: String = "more") {
      let difference = value - other
      guard difference.magnitude >= 0.005 else { return }
      parts.append("\(render(difference.magnitude)) \(difference < 0 ? less : more)")
    }
    compare(plan.cost.perMonthUSD, chosen.cost.perMonthUSD) { "\(Figure.money($0)) USD a month" }
    for metric in ServiceLevel.Metric.allCases {
      compare(plan.predicted[metric], chosen.predicted[metric]) { "\(metric.title) \(Figure($0)) ms" }
    }
    compare(plan.scores.quality, chosen.scores.quality) { "quality \(Figure($0)) points" }
    compare(Double(plan.gpuCount), Double(chosen.gpuCount), { "\(Figure($0)) GPU(s)" }, less: "fewer")
    return parts.isEmpty ? "the same figures" : parts.joined(separator: ", ")
  }
}
