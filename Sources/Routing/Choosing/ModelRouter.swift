import CEL

/// Which model for this task: the catalogue and the rules, prepared once, asked often.
///
///     request ─▶ rules of the request ─▶ for each model: filters ─▶ parts of the score ─▶ rules of the model
///             ─▶ the least that has to be relaxed ─▶ order ─▶ ModelSelection
package struct ModelRouter: Sendable {
  package let catalog: ModelCatalog
  package let rules: RoutingRules
  package let weights: SelectionWeights
  /// What was learned of qualities; `nil` where nothing learns.
  package var learned: LearnedQuality?
  /// The models as rules read them; empty when no rule does.
  let modelValues: [CELValue]
  /// By rule, what it says of each model: of those rules that read nothing but the catalogue's facts. Empty for the others.
  let fixedAnswers: [[RuleAnswer]]

  package init(
    catalog: ModelCatalog, rules: RoutingRules = RoutingRules([]), weights: SelectionWeights = .standard, learned: LearnedQuality? = nil
  ) {
    self.catalog = catalog
    self.rules = rules
    self.weights = weights
    self.learned = learned
    let values = rules.reads(.model) ? catalog.models.map(RuleVariable.value) : []
    modelValues = values
    fixedAnswers = rules.rules.map { rule in
      guard let program = rule.program, program.variables == [RuleVariable.model.rawValue] else { return [] }
      return values.map { RuleAnswer(program, [RuleVariable.model.rawValue: $0]) }
    }
  }

  /// - Parameter excluding: indices of models that must not be chosen: those that failed this request already.
  package func select(_ request: TaskRequest, live: LiveFacts = LiveFacts(), excluding: [Int] = []) -> ModelSelection {
    var choice = Choice(self, request, live, excluding)
    // 1. What holds for every model.
    let mask = catalog.mask(request.capabilities)
    // 2. Each model by itself.
    for model in catalog.prepared.indices { choice.consider(model, mask) }
    // 3. Those who need the least relaxing, in order.
    return choice.result()
  }
}
