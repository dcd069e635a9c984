import Routing

/// The choice of models as the resources use it.
package struct Orchestrator: Sendable {
  package let router: ModelRouter
  package let live: any LiveFactsSource
  /// A name for each request, unique for ever.
  package let newRequestID: @Sendable () -> String

  package init(
    _ configuration: RoutingConfiguration, live: any LiveFactsSource = UnmeasuredFacts(), newRequestID: @escaping @Sendable () -> String
  ) {
    router = configuration.router
    self.live = live
    self.newRequestID = newRequestID
  }

  /// Chooses, and keeps what was known when it chose.
  package func select(_ request: TaskRequest, excluding names: [String] = []) -> Decision {
    let facts = live.facts(of: router.catalog)
    let excluded = names.compactMap { router.catalog.index(of: $0) }
    return Decision(
      id: newRequestID(), request: request, selection: router.select(request, live: facts, excluding: excluded), live: facts)
  }

  package struct Decision: Sendable {
    package let id: String
    package let request: TaskRequest
    package let selection: ModelSelection
    package let live: LiveFacts
  }
}
