import CEL

/// What a rule says.
enum RuleAnswer: Sendable {
  case holds, doesNotHold
  /// It has no value, or one that is neither true nor false.
  case failed
  /// It took more steps than a rule may.
  case tooLong

  init(_ program: CELProgram, _ bindings: [String: CELValue]) {
    do throws(CELError) {
      let value = try program.evaluate(bindings: bindings, limit: RoutingRules.maximumSteps)
      guard case .bool(let holds) = value else {
        self = .failed
        return
      }
      self = holds ? .holds : .doesNotHold
    } catch {
      self = error.isCostLimit ? .tooLong : .failed
    }
  }
}

/// The rules for one request. What a rule says is found out as seldom as what it reads allows: once for a catalogue, once for a request,
/// or for each model. A rule that fails is skipped, and told.
struct RuleEvaluation {
  private let router: ModelRouter
  private let task: TaskType
  private var bindings: [String: CELValue] = [:]
  /// The rules that are looked at for each model; of those that do not read the model, what they say.
  private var active: [(rule: Int, answer: RuleAnswer?)] = []
  private var (needsModel, needsLive) = (false, false)
  /// What the request's rules make of the weights.
  private(set) var weights = SelectionWeights(quality: 1, latency: 1, cost: 1, headroom: 1)
  /// What the rules make of the score of the model that was looked at last.
  private(set) var factor = 1.0
  /// The rule that refused it.
  private(set) var refusing = 0
  private(set) var failed: [Int] = []

  init(_ router: ModelRouter, _ request: TaskRequest, _ live: LiveFacts) {
    (self.router, task) = (router, request.task)
    guard !router.rules.rules.isEmpty else { return }
    if router.rules.reads(.request) { bindings[RuleVariable.request.rawValue] = RuleVariable.value(request) }
    if router.rules.reads(.host) { bindings[RuleVariable.host.rawValue] = RuleVariable.value(live.host) }
    for (index, rule) in router.rules.rules.enumerated() {
      if let condition = rule.condition {
        guard isTrue(RuleAnswer(condition, bindings), index) ?? false else { continue }
      }
      guard let program = rule.program else {
        if case .weigh(let weights) = rule.effect { self.weights = self.weights.multiplied(by: weights) }
        continue
      }
      let reads = (program.variables.contains(RuleVariable.model.rawValue), program.variables.contains(RuleVariable.live.rawValue))
      active.append((index, reads == (false, false) ? RuleAnswer(program, bindings) : nil))
      if router.fixedAnswers[index].isEmpty { (needsModel, needsLive) = (needsModel || reads.0, needsLive || reads.1) }
    }
  }

  /// Whether no rule refuses the model; sets ``factor`` or ``refusing``.
  mutating func admits(_ model: Int, backend: Int, live: LiveBackend) -> Bool {
    factor = 1
    guard !active.isEmpty else { return true }
    if needsModel { bindings[RuleVariable.model.rawValue] = router.modelValues[model] }
    if needsLive { bindings[RuleVariable.live.rawValue] = RuleVariable.value(live, task: task) }
    for place in active.indices {
      let index = active[place].rule
      let answer = active[place].answer ?? answer(index, model)
      // It would take as long for every other model: one is enough for a request.
      if answer == .tooLong { active[place].answer = .tooLong }
      guard let holds = isTrue(answer, index) else { continue }
      refusing = index
      switch router.rules.rules[index].effect {
      case .exclude: if holds { return false }
      case .require: if !holds { return false }
      case .prefer(_, let factor): if holds { self.factor *= factor }
      case .weigh: break
      }
    }
    return true
  }

  private func answer(_ rule: Int, _ model: Int) -> RuleAnswer {
    let fixed = router.fixedAnswers[rule]
    guard fixed.isEmpty else { return fixed[model] }
    return router.rules.rules[rule].program.map { RuleAnswer($0, bindings) } ?? .failed
  }

  /// `nil` when it fails.
  private mutating func isTrue(_ answer: RuleAnswer, _ index: Int) -> Bool? {
    switch answer {
    case .holds: return true
    case .doesNotHold: return false
    case .failed, .tooLong:
      if !failed.contains(index) { failed.append(index) }
      return nil
    }
  }
}
