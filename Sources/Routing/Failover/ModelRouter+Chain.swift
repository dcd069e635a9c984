extension ModelRouter {
  /// Everybody who may be asked for a request, in order: the chosen model, its own fallbacks, the others by their score, and then
  /// those that would only do for less than what was asked for, marked as degraded. Of each model every backend that may be asked, the
  /// best first; those whose breakers are open come with them, and ``Failover`` keeps them for last.
  ///
  /// What is never relaxed (cost, capabilities, context, memory, rules, failed health checks) holds for all of them.
  package func chain(for request: TaskRequest, _ selection: ModelSelection, live: LiveFacts) -> [Failover.Attempt] {
    var order: [(model: Int, isDegraded: Bool)] = []
    var taken = Set<Int>()
    var current = selection.ranked.isEmpty ? select(request, live: live.withBreakersClosed) : selection
    // Each round asks what one more relaxation would bring: a few at most, as each takes models away.
    while !current.ranked.isEmpty {
      for model in withFallbacks(current.ranked.map(\.model)) where taken.insert(model).inserted {
        order.append((model, current.isDegraded))
      }
      current = select(request, live: live.withBreakersClosed, excluding: Array(taken))
    }
    var rules = RuleEvaluation(self, request, live)
    return order.flatMap { model, isDegraded in
      usableBackends(of: model, request, live, &rules).map { Failover.Attempt(model: model, backend: $0, isDegraded: isDegraded) }
    }
  }

  /// The first, its fallbacks as far as they are among the others, and the others.
  private func withFallbacks(_ models: [Int]) -> [Int] {
    guard let first = models.first else { return [] }
    let fallbacks = catalog.models[first].fallbacks.compactMap { catalog.index(of: $0) }.filter { models.contains($0) && $0 != first }
    return [first] + fallbacks + models.dropFirst().filter { !fallbacks.contains($0) }
  }

  private func usableBackends(of model: Int, _ request: TaskRequest, _ live: LiveFacts, _ rules: inout RuleEvaluation) -> [Int] {
    let facts = catalog.prepared[model]
    var usable: [(index: Int, seconds: Double)] = []
    for index in facts.backends {
      let state = live.backend(index)
      guard state.health != .unhealthy, fits(facts, state, live.host), rules.admits(model, backend: index, live: state) else { continue }
      let measured = state.latencySeconds[request.task]
      let seconds = max(0, state.queueSeconds) + (measured.isNaN ? 0 : measured)
      usable.append((index, seconds / max(state.headroom, 0.01)))
    }
    return usable.sorted { $0.seconds != $1.seconds ? $0.seconds < $1.seconds : $0.index < $1.index }.map(\.index)
  }

  private func fits(_ facts: PreparedModel, _ state: LiveBackend, _ host: LiveHost) -> Bool {
    guard facts.memoryBytes > 0, !state.isLoaded, let room = host.roomBytes else { return true }
    return facts.memoryBytes <= room
  }
}

extension LiveFacts {
  /// As if every breaker let requests pass.
  fileprivate var withBreakersClosed: LiveFacts {
    var facts = self
    for index in facts.backends.indices { facts.backends[index].breaker = .closed }
    return facts
  }
}
