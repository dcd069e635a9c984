import PolicyFormat

/// What a file of models says: the catalogue, the rules, the weights, and what may be spent and used.
package struct RoutingConfiguration: Sendable {
  package var models: [ModelFacts]
  package var rules = RoutingRules([])
  package var weights = SelectionWeights.standard
  /// Bytes of this host's memory that no model may take.
  package var memoryReserveBytes: Int64 = 1_000_000_000
  package var budgets: [SpendingBudget] = []
  package var limits: [UsageLimit] = []
  /// `nil` when nothing is learned.
  package var learning: LearningSettings?

  package init(models: [ModelFacts]) { self.models = models }

  package var router: ModelRouter { ModelRouter(catalog: ModelCatalog(models), rules: rules, weights: weights) }
}
