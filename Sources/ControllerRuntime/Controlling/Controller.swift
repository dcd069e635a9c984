import Kubernetes
import Logging

/// Reconciles keys with a few workers: no key twice at a time, failed ones later and later. Its life is one ``run()``.
package final class Controller: Sendable {
  /// Looks at a key; returns after how long it wants to look again, `nil` to wait for a change.
  package typealias Reconcile = @Sendable (ObjectKey) async throws -> Duration?

  package let name: String
  private let workers: Int
  private let queue: KeyQueue
  private let metrics: RuntimeMetrics
  private let logger: Logger
  private let reconcile: Reconcile

  package init(
    _ name: String, workers: Int = 4, backoff: Backoff = .workQueue, metrics: RuntimeMetrics = RuntimeMetrics(),
    logger: Logger = Logger(label: "podium.controller"), reconcile: @escaping Reconcile
  ) {
    self.name = name
    self.workers = workers
    self.metrics = metrics
    self.logger = logger
    self.reconcile = reconcile
    queue = KeyQueue(backoff: backoff)
    for result in ["success", "error"] { metrics.add("reconciles_total", ["controller": name, "result": result], by: 0) }
    metrics.set("queue_depth", ["controller": name], to: 0)
  }

  /// Keys that wait, now or for their time.
  package var depth: Int { queue.depth }

  package func enqueue(_ keys: some Sequence<ObjectKey>) {
    queue.add(keys)
    metrics.set("queue_depth", ["controller": name], to: Double(queue.depth))
  }

  /// Looks at keys whenever objects of a store change.
  ///
  /// - Parameter mapping: the keys to look at because of an object; its own unless told otherwise.
  package func watch(_ store: Store, mapping: @escaping Store.Mapping = { [$0.key] }) {
    store.subscribe(mapping: mapping) { [weak self] keys in self?.enqueue(keys) }
  }

  /// Works until the task is cancelled; keys that were not worked on stay for the next run.
  package func run() async {
    queue.open()
    await withDiscardingTaskGroup { group in
      group.addTask { await self.queue.run() }
      for _ in 0..<workers {
        group.addTask { while let key = await self.queue.next() { await self.work(key) } }
      }
    }
  }

  private func work(_ key: ObjectKey) async {
    let labels = ["controller": name]
    do {
      let again = try await reconcile(key)
      metrics.add("reconciles_total", labels.merging(["result": "success"]) { $1 })
      queue.succeeded(key, again: again)
    } catch {
      let delay = queue.failed(key)
      guard !Task.isCancelled else { return }
      metrics.add("reconciles_total", labels.merging(["result": "error"]) { $1 })
      logger.warning("\(name) \(key): \(error); again in \(delay)")
    }
    metrics.set("queue_depth", labels, to: Double(queue.depth))
  }
}

/// Maps an object to its controlling owner, when that is of a type: for watching what a controller has made.
package func controllingOwner(_ type: ResourceType) -> Store.Mapping {
  { object in
    object.ownerReferences
      .filter { $0.controller && $0.kind == type.kind && $0.apiVersion.split(separator: "/").first.map(String.init) == type.group }
      .map { ObjectKey(namespace: type.namespaced ? object.namespace : nil, name: $0.name) }
  }
}
