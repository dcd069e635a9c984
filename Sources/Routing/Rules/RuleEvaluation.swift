import CEL

/// The rules for one request. A rule that fails is skipped from then on, and told.
struct RuleEvaluation {
  private let router: ModelRouter
  private let task: TaskType
  private var bindings: [String: CELValue] = [:]
  /// Indices of the rules that are looked at for each model.
  private var active: [Int] = []
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
      guard rule.condition.map({ holds($0, index) ?? false }) ?? true else { continue }
      if case .weigh(let weights) = rule.effect { self.weights = self.weights.multiplied(by: weights) } else { active.append(index) }
    }
  }

  /// Whether no rule refuses the model; sets ``factor`` or ``refusing``.
  mutating func admits(_ model: Int, backend: Int, live: LiveBackend) -> Bool {
    factor = 1
    guard !active.isEmpty else { return true }
    if router.rules.reads(.model) { bindings[RuleVariable.model.rawValue] = router.modelValues[model] }
    if router.rules.reads(.live) { bindings[RuleVariable.live.rawValue] = RuleVariable.value(live, task: task) }
    for index in active {
      let rule = router.rules.rules[index]
      guard let program = rule.program, let holds = holds(program, index) else { continue }
      refusing = index
      switch rule.effect {
      case .exclude: if holds { return false }
      case .require: if !holds { return false }
      case .prefer(_, let factor): if holds { self.factor *= factor }
      case .weigh: break
      }
    }
    return true
  }

  /// `nil` when it fails: no value, or one that is neither true nor false.
  private mutating func holds(_ program: CELProgram, _ index: Int) -> Bool? {
    if case .bool(let value)? = try? program.evaluate(bindings: bindings, limit: RoutingRules.maximumSteps) { return value }
    if !failed.contains(index) { failed.append(index) }
    return nil
  }
}
