import Routing
import Scheduling
import Synchronization

/// The choice of models as the resources use it. What changes with requests (what was learned, budgets, limits) is one value with one owner
/// each, so that nothing is counted twice or lost however many ask at once.
package final class Orchestrator: Sendable {
  package let configuration: RoutingConfiguration
  package let live: any LiveFactsSource
  private let router: ModelRouter
  /// `nil` when nothing is learned.
  private let learning: Mutex<Learning?>
  private let spending: Mutex<SpendingControl>
  /// A name for each request, unique for ever.
  private let newRequestID: @Sendable () -> String

  private struct Learning {
    var bandit: ModelBandit
    var random: SplitMix64

    mutating func pick(from selection: ModelSelection) -> ModelBandit.Pick? { bandit.pick(from: selection, random: &random) }
  }

  /// - Parameter seed: of the chance by which models are tried, where the file says that outcomes are learned from.
  package init(
    _ configuration: RoutingConfiguration, live: any LiveFactsSource = UnmeasuredFacts(), seed: UInt64 = 1,
    newRequestID: @escaping @Sendable () -> String
  ) {
    self.configuration = configuration
    self.live = live
    self.newRequestID = newRequestID
    router = configuration.router
    learning = Mutex(
      configuration.learning.map { settings in
        Learning(
          bandit: ModelBandit(
            models: configuration.models.count, exploration: settings.exploration, priorCount: settings.priorOutcomes),
          random: SplitMix64(seed: seed))
      })
    spending = Mutex(SpendingControl(limits: configuration.limits, budgets: configuration.budgets))
  }

  package var catalog: ModelCatalog { router.catalog }

  /// Chooses, and keeps what was known when it chose.
  package func select(_ request: TaskRequest, excluding names: [String] = []) -> Decision {
    let facts = live.facts(of: router.catalog)
    let excluded = names.compactMap { catalog.index(of: $0) }
    var router = self.router
    router.learned = learning.withLock { $0?.bandit.learned }
    let selection = router.select(request, live: facts, excluding: excluded)
    let pick = learning.withLock { $0?.pick(from: selection) }
    return Decision(
      id: newRequestID(), request: request, selection: pick.map(selection.preferring) ?? selection, pick: pick, live: facts,
      router: router)
  }

  /// An answer of a model was so good, 0–1: 1 for success and 0 for failure where nothing finer is known. Does nothing where nothing is
  /// learned.
  package func learn(model: Int, task: TaskType, reward: Double) {
    learning.withLock { $0?.bandit.learn(model: model, task: task, reward: reward) }
  }

  /// Limits and budgets: admit before a request is sent, settle after.
  package func spending<Result: Sendable>(_ body: (inout SpendingControl) -> Result) -> Result { spending.withLock { body(&$0) } }

  package struct Decision: Sendable {
    package let id: String
    package let request: TaskRequest
    package let selection: ModelSelection
    /// How it was picked, where outcomes are learned from.
    package let pick: ModelBandit.Pick?
    package let live: LiveFacts
    /// With what was learned when it chose.
    package let router: ModelRouter

    /// Everybody who may be asked, in order.
    package var chain: [Failover.Attempt] { router.chain(for: request, selection, live: live) }
  }
}
