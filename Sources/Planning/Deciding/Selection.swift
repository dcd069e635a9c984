/// Goes through the configurations of the knowledge, the most certain first, and keeps those that can do what was asked.
struct Selection {
  let inputs: PlanInputs
  let knowledge: Knowledge
  private(set) var viable: [Candidate] = []
  private(set) var misses: [NearMiss] = []
  /// What rows of exactly these lengths tell of a configuration leaves less certain ones nothing to say, except where the rows
  /// end before the capacity does.
  private var settled: Set<Configuration> = []

  struct NearMiss {
    let rejection: Rejection
    /// At the lowest load where no load meets the service level.
    let offer: Offer?
    var candidate: Candidate?

    var reason: RejectionReason { rejection.reason }
  }

  init(inputs: PlanInputs, knowledge: Knowledge) {
    self.inputs = inputs
    self.knowledge = knowledge
  }

  /// Considers everything that the request lets compete.
  mutating func run() {
    for confidence in CapacityPlan.Confidence.allCases {
      if let minimum = inputs.request.minimumConfidence {
        guard confidence >= minimum else { return }
      } else if !viable.isEmpty {
        return
      }
      consider(confidence)
    }
  }

  private mutating func consider(_ confidence: CapacityPlan.Confidence) {
    guard confidence == .benchmarked else {
      let predictions = Predictions(knowledge: knowledge, profile: inputs.traffic.profile, target: inputs.target)
      for configuration in predictions.configurations(of: confidence, model: inputs.model) where !settled.contains(configuration) {
        // Anything can be estimated: GPUs that nobody allowed are then no candidates that were rejected, but none at all.
        if confidence == .estimated, let allowed = inputs.accelerators, !allowed.contains(configuration.accelerator) { continue }
        if confidence == .estimated, inputs.excludedModels.contains(configuration.model) { continue }
        if screen(configuration, confidence) { judge(predictions.prediction(for: configuration, confidence), configuration) }
      }
      return
    }
    for (row, meets) in exactRows() {
      let offer = Offer(row)
      if !meets || !offer.isCapacityLowerBound { settled.insert(offer.configuration) }
      guard screen(offer.configuration, .benchmarked, offer) else { continue }
      if meets { size(offer) } else { reject(offer.configuration, offer, missing: inputs.target) }
    }
  }
}

// MARK: Exact rows

extension Selection {
  private typealias Best = (row: Knowledge.Row, meets: Bool)

  /// Per (model, accelerator, GPUs) the row of the highest rate among those that meet the service level, or else the one that
  /// misses it least.
  private func exactRows() -> [Best] {
    var best: [Best] = []
    var places: [Configuration: Int] = [:]
    for row in knowledge.exactRows(for: inputs.traffic.profile) where inputs.model == nil || inputs.model == row.model {
      let meets = row.serviceLevel.meets(inputs.target)
      let configuration = Configuration(model: row.model, accelerator: row.accelerator, gpus: row.benchmark.gpus)
      guard let place = places[configuration] else {
        places[configuration] = best.count
        best.append((row, meets))
        continue
      }
      if isBetter((row, meets), than: best[place]) { best[place] = (row, meets) }
    }
    return best
  }

  private func isBetter(_ new: Best, than old: Best) -> Bool {
    guard new.meets == old.meets else { return new.meets }
    let (left, right) = (new.row, old.row)
    if !new.meets { return left.serviceLevel.worst(against: inputs.target).ratio < right.serviceLevel.worst(against: inputs.target).ratio }
    return (-left.rate, left.serviceLevel.e2e, left.serviceLevel.ttft, left.serviceLevel.itl)
      < (-right.rate, right.serviceLevel.e2e, right.serviceLevel.ttft, right.serviceLevel.itl)
  }
}

// MARK: Judging

extension Selection {
  /// What a model lacks that reads less than was asked for.
  static let contextFigure = "tokens of context"

  /// Whether the model and the hardware are allowed at all.
  private mutating func screen(_ configuration: Configuration, _ confidence: CapacityPlan.Confidence, _ offer: Offer? = nil) -> Bool {
    if inputs.excludedModels.contains(configuration.model) {
      miss(.modelNotAllowed, configuration, confidence, offer: offer)
      return false
    }
    let context = knowledge.predicting.longestContext[configuration.model]
    if let wanted = inputs.request.models.minimumContextTokens, context < wanted {
      guard context > 0 else {
        miss(.contextUnknown, configuration, confidence, offer: offer)
        return false
      }
      miss(.contextTooLong, configuration, confidence, [.init(Self.contextFigure, Double(wanted), limit: Double(context))], offer: offer)
      return false
    }
    if let allowed = inputs.accelerators, !allowed.contains(configuration.accelerator) {
      miss(.gpuTypeNotAllowed, configuration, confidence, offer: offer)
      return false
    }
    if let limit = inputs.request.hardware.maxTensorParallel, configuration.gpus > limit {
      let beyond = Rejection.Miss("GPUs of a replica", Double(configuration.gpus), limit: Double(limit))
      miss(.tensorParallelTooHigh, configuration, confidence, [beyond], offer: offer)
      return false
    }
    return true
  }

  private mutating func judge(_ prediction: Prediction, _ configuration: Configuration) {
    switch prediction {
    case .offer(let offer):
      if !offer.isCapacityLowerBound { settled.insert(configuration) }
      size(offer)
    case .tooSlow(let offer):
      settled.insert(configuration)
      reject(configuration, offer, missing: inputs.target)
    case .impossible(let reason, let confidence, let beyond): miss(reason, configuration, confidence, beyond.map { [$0] } ?? [])
    case .unknown: break
    }
  }

  private mutating func reject(_ configuration: Configuration, _ offer: Offer, missing target: ServiceLevel) {
    let beyond = ServiceLevel.Metric.allCases.filter { offer.serviceLevel[$0] > target[$0] }.map { metric in
      Rejection.Miss(metric.title, offer.serviceLevel[metric], limit: target[metric], unit: "ms")
    }
    let reason: RejectionReason =
      switch offer.serviceLevel.worst(against: target).metric {
      case .ttft: .ttftTooHigh
      case .itl: .itlTooHigh
      case .e2e: .e2eTooHigh
      }
    miss(reason, configuration, offer.confidence, beyond, offer: offer)
  }

  /// Sizes and prices what meets the service level, and keeps it when it is within hardware and budget.
  private mutating func size(_ offer: Offer) {
    let configuration = offer.configuration
    guard let price = knowledge.accelerators[offer.accelerator].pricePerHourUSD else {
      return miss(.noPrice, configuration, offer.confidence, offer: offer)
    }
    let replicas = Capacity.replicas(for: inputs.traffic.steadyQPS, each: offer.rate)
    let (gpuCount, overflow) = replicas.multipliedReportingOverflow(by: offer.gpus)
    guard !overflow else { return miss(.tooManyGPUs, configuration, offer.confidence, offer: offer) }
    let cost = Pricing.cost(gpuCount: gpuCount, pricePerHour: price, traffic: inputs.traffic)
    let candidate = Candidate(offer: offer, replicas: replicas, gpuCount: gpuCount, cost: cost)
    if let limit = inputs.request.hardware.maxGPUs, gpuCount > limit {
      let beyond = Rejection.Miss("GPUs", Double(gpuCount), limit: Double(limit))
      return miss(.tooManyGPUs, configuration, offer.confidence, [beyond], offer: offer, candidate)
    }
    let budget = inputs.request.budget
    guard !budget.allows(cost) else { return viable.append(candidate) }
    let month = budget.maxMonthlyUSD.map { Rejection.Miss("USD a month", cost.perMonthUSD, limit: $0) }
    let hour = budget.maxHourlyUSD.map { Rejection.Miss("USD an hour", cost.perHourUSD, limit: $0) }
    let beyond = [month, hour].compactMap { $0 }.filter { $0.ratio > 1 }
    miss(.overBudget, configuration, offer.confidence, beyond, offer: offer, candidate)
  }

  private mutating func miss(
    _ reason: RejectionReason, _ configuration: Configuration, _ confidence: CapacityPlan.Confidence, _ beyond: [Rejection.Miss] = [],
    offer: Offer? = nil, _ candidate: Candidate? = nil
  ) {
    let rejection = Rejection(
      model: inputs.modelName(for: offer?.modelName ?? knowledge.models[configuration.model].id),
      accelerator: offer?.acceleratorName ?? knowledge.accelerators[configuration.accelerator].name, gpus: configuration.gpus,
      confidence: confidence, basis: offer?.basis ?? .estimated, reason: reason, misses: beyond)
    misses.append(NearMiss(rejection: rejection, offer: offer, candidate: candidate))
  }
}
