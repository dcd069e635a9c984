import Scheduling

/// One selection while it is made.
struct Choice {
  private struct Candidate {
    var ranked: RankedModel
    /// How much has to be relaxed for it: 0 for nothing, then tiers, then the task.
    var level: Int
  }

  private let router: ModelRouter
  private let request: TaskRequest
  private let live: LiveFacts
  private let excluding: [Int]
  private let weights: SelectionWeights
  private let halfSeconds: Double
  private let usualCost: Double
  private var rules: RuleEvaluation
  private var candidates: [Candidate] = []
  /// Models that could be asked at another time, scored as if they were idle.
  private var absent: [Candidate] = []
  private var rejected: [ModelRejection] = []

  init(_ router: ModelRouter, _ request: TaskRequest, _ live: LiveFacts, _ excluding: [Int]) {
    (self.router, self.request, self.live, self.excluding) = (router, request, live, excluding)
    rules = RuleEvaluation(router, request, live)
    weights = router.weights.shifted(complexity: request.complexity, priority: request.priority).multiplied(by: rules.weights)
    halfSeconds = ScoreTerms.halfSeconds(request.complexity)
    usualCost = router.catalog.usualPrice.cost(prompt: request.countedPromptTokens, answer: request.countedAnswerTokens)
    candidates.reserveCapacity(router.catalog.prepared.count)
  }

  // MARK: Filters

  /// - Parameter mask: of the capabilities that are needed; `nil` when nobody has them all.
  mutating func consider(_ model: Int, _ mask: UInt64?) {
    let facts = router.catalog.prepared[model]
    let cost = facts.price.cost(prompt: request.countedPromptTokens, answer: request.countedAnswerTokens)
    if let reason = lasting(model, facts, mask, cost) { return rejected.append(ModelRejection(model: model, reason: reason)) }
    let backend = best(of: facts)
    guard rules.admits(model, backend: backend.index, live: backend.state) else {
      return rejected.append(ModelRejection(model: model, reason: .rule(rules.refusing)))
    }
    if let reason = passing(facts, backend) {
      rejected.append(ModelRejection(model: model, reason: reason))
      absent.append(candidate(model, facts, backend.index, LiveBackend(), cost))
    } else {
      candidates.append(candidate(model, facts, backend.index, backend.state, cost))
    }
  }

  /// What no time mends, cheapest check first.
  private func lasting(_ model: Int, _ facts: PreparedModel, _ mask: UInt64?, _ cost: Double) -> ModelRejection.Reason? {
    if !excluding.isEmpty, excluding.contains(model) { return .excluded }
    guard let mask, facts.capabilities & mask == mask else { return .capabilities }
    guard request.neededContext <= facts.contextWindow else {
      return .contextWindow(needed: request.neededContext, window: facts.contextWindow)
    }
    if let limit = request.costLimitUSD, cost > limit { return .cost(estimate: cost, limit: limit) }
    // Nobody who only writes text can embed, and the other way round.
    if facts.quality[request.task].isNaN, !request.task.isGenerative || facts.leastGenerative.isNaN { return .task }
    return nil
  }

  private func passing(_ facts: PreparedModel, _ backend: (index: Int, state: LiveBackend)) -> ModelRejection.Reason? {
    if backend.state.health == .unhealthy { return .unhealthy }
    if backend.state.breaker == .open { return .breakerOpen }
    return lacksMemory(facts, backend.state) ? .memory(needed: facts.memoryBytes, room: live.host.roomBytes ?? 0) : nil
  }

  private func lacksMemory(_ facts: PreparedModel, _ state: LiveBackend) -> Bool {
    guard facts.memoryBytes > 0, !state.isLoaded, let room = live.host.roomBytes else { return false }
    return facts.memoryBytes > room
  }

  /// The backend where the request would be served first; one that may be asked before one that may not, else the earlier one.
  private func best(of facts: PreparedModel) -> (index: Int, state: LiveBackend) {
    var best = (index: facts.backends.lowerBound, state: live.backend(facts.backends.lowerBound))
    for index in facts.backends.dropFirst() {
      let state = live.backend(index)
      if rank(state, facts) < rank(best.state, facts) { best = (index, state) }
    }
    return best
  }

  private func rank(_ state: LiveBackend, _ facts: PreparedModel) -> (Int, Double) {
    let usability = state.isUsable ? (lacksMemory(facts, state) ? 1 : 0) : state.health == .unhealthy ? 3 : 2
    return (usability, expectedSeconds(state, assumed: 0) / max(state.headroom, 0.01))
  }

  // MARK: Scores

  private func expectedSeconds(_ state: LiveBackend, assumed: Double) -> Double {
    let measured = state.latencySeconds[request.task]
    let waiting = state.queueSeconds.isNaN ? 0 : max(0, state.queueSeconds)
    return waiting + (measured.isNaN ? assumed : max(0, measured))
  }

  private func candidate(_ model: Int, _ facts: PreparedModel, _ backend: Int, _ state: LiveBackend, _ cost: Double) -> Candidate {
    let (quality, isListed) = quality(of: model, facts)
    let seconds = expectedSeconds(state, assumed: facts.assumedSeconds)
    let terms = ScoreTerms(
      quality: quality, latency: ScoreTerms.falling(seconds, half: halfSeconds), cost: ScoreTerms.falling(cost, half: usualCost),
      headroom: headroom(facts, state))
    let deficit = request.quality.map { max(0, $0.rank - facts.tier.rank) } ?? 0
    let ranked = RankedModel(
      model: model, backend: backend, score: terms.score(weights) * rules.factor, terms: terms, estimatedCostUSD: cost,
      expectedSeconds: seconds, isLatencyMeasured: !state.latencySeconds[request.task].isNaN)
    return Candidate(ranked: ranked, level: deficit + (isListed ? 0 : QualityTier.allCases.count))
  }

  private func quality(of model: Int, _ facts: PreparedModel) -> (Double, isListed: Bool) {
    var quality = facts.quality[request.task]
    let isListed = !quality.isNaN
    if !isListed { quality = facts.leastGenerative }
    if isListed, facts.hasSteps, let steps = router.catalog.models[model].tasks[request.task] {
      quality = steps.score(promptTokens: request.promptTokens)
    }
    return (router.learned?.quality(of: model, for: request.task, catalog: quality) ?? quality, isListed)
  }

  /// Of the backend; and of this host when the model would have to be loaded here.
  private func headroom(_ facts: PreparedModel, _ state: LiveBackend) -> Double {
    guard facts.memoryBytes > 0, !state.isLoaded, let pressure = live.host.memoryPressure else { return state.headroom }
    return pressure.isNaN ? 0 : min(state.headroom, 1 - min(max(pressure, 0), 1))
  }

  // MARK: Order

  mutating func result() -> ModelSelection {
    let level = candidates.reduce(Int.max) { min($0, $1.level) }
    for candidate in candidates where candidate.level > level { rejected.append(relaxable(candidate.ranked.model)) }
    rejected.sort { $0.model < $1.model }
    let ranked = candidates.filter { $0.level == level }.map(\.ranked).sorted(by: precedes)
    var selection = ModelSelection(ranked: ranked, rejected: rejected, relaxed: [], passedOver: nil, failedRules: rules.failed)
    guard let chosen = ranked.first else { return selection }
    let facts = router.catalog.prepared[chosen.model]
    if facts.quality[request.task].isNaN { selection.relaxed.append(.task(request.task)) }
    if let needed = request.quality, facts.tier < needed { selection.relaxed.append(.quality(needed: needed, has: facts.tier)) }
    let better = absent.filter { $0.level < level || $0.level == level && precedes($0.ranked, chosen) }
    selection.passedOver = better.min { $0.level != $1.level ? $0.level < $1.level : precedes($0.ranked, $1.ranked) }?.ranked.model
    return selection
  }

  /// Why it was not needed to ask this one.
  private func relaxable(_ model: Int) -> ModelRejection {
    let facts = router.catalog.prepared[model]
    guard let needed = request.quality, !facts.quality[request.task].isNaN else { return ModelRejection(model: model, reason: .task) }
    return ModelRejection(model: model, reason: .quality(has: facts.tier, needed: needed))
  }

  /// By score, then quality, then cost, then name, then place: the same facts always give the same order.
  private func precedes(_ left: RankedModel, _ right: RankedModel) -> Bool {
    if left.score != right.score { return left.score > right.score }
    if left.terms.quality != right.terms.quality { return left.terms.quality > right.terms.quality }
    if left.estimatedCostUSD != right.estimatedCostUSD { return left.estimatedCostUSD < right.estimatedCostUSD }
    let names = (router.catalog.models[left.model].name, router.catalog.models[right.model].name)
    return names.0 != names.1 ? names.0 < names.1 : left.model < right.model
  }
}
