import Kubernetes

/// The copies of all types that an operator reads, and the one snapshot of them that a decision gets.
package struct StoreSet: Sendable {
  private let stores: [ResourceType: Store]
  private let optional: Set<ResourceType>
  private let selections: [ResourceType: Selection]

  /// - Parameters:
  ///   - optional: types that are done without where reading them is forbidden.
  ///   - selections: which objects of a type are read; all of those that are not here.
  package init(_ types: [ResourceType], optional: Set<ResourceType> = [], selections: [ResourceType: Selection] = [:]) {
    self.selections = selections
    stores = Dictionary(types.map { ($0, Store($0)) }) { first, _ in first }
    self.optional = optional
  }

  package subscript(type: ResourceType) -> Store? { stores[type] }
  package var all: [Store] { stores.values.sorted { $0.type.description < $1.type.description } }

  /// Whether every copy can be relied on.
  package var hasSynced: Bool { stores.values.allSatisfy { $0.hasSynced || isDoneWithout($0) } }
  /// The copies whose first list has not come yet and is waited for.
  package var unsynced: [Store] { all.filter { !$0.hasSynced && !isDoneWithout($0) } }
  /// The copies that are done without.
  package var forbidden: [Store] { all.filter { !$0.hasSynced && isDoneWithout($0) } }

  private func isDoneWithout(_ store: Store) -> Bool {
    optional.contains(store.type) && store.problem?.status?.isForbidden == true
  }

  /// All copies at this moment; a type that the server does not serve has no collection.
  package func snapshot() -> Snapshot { Snapshot(stores.compactMapValues(\.objects)) }

  /// Returns when ``hasSynced``. Throws `CancellationError`.
  package func waitUntilSynced() async throws {
    while !hasSynced { try await Task.sleep(for: .milliseconds(10)) }
  }

  /// Runs an informer for every store until cancelled.
  package func run(_ client: Client, options: Informer.Options = Informer.Options(), metrics: RuntimeMetrics = RuntimeMetrics()) async {
    await withDiscardingTaskGroup { group in
      for store in stores.values {
        var options = options
        options.selection = selections[store.type] ?? options.selection
        let informer = Informer(store, client, options: options, metrics: metrics)
        group.addTask { await informer.run() }
      }
    }
  }
}
