import JSON
import Kubernetes
import Logging

/// Empties namespaces that are being deleted, and lets them go when nothing is left in them.
struct NamespaceController: Controller {
  static let collection = CollectionName(group: "", plural: "namespaces")
  static let finalizer = "kubernetes"

  let writer: ObjectWriter
  let logger: Logger

  func run() async throws {
    let subscription = try writer.store.subscribe(WatchScope(), from: .current, bufferLimit: nil)
    defer { writer.store.unsubscribe(subscription.id) }
    for object in subscription.initial where object.collection == Self.collection && object.facts.isBeingDeleted {
      settle(object.key.name)
    }
    for await signal in subscription.signals {
      try Task.checkCancellation()
      guard case .event(let event) = signal else { continue }
      let object = event.object
      if object.collection == Self.collection {
        if event.kind != .deleted, object.facts.isBeingDeleted { settle(object.key.name) }
      } else if event.kind == .deleted, let namespace = object.key.namespace, isTerminating(namespace) {
        finishIfEmpty(namespace)
      }
    }
  }

  private func isTerminating(_ namespace: String) -> Bool {
    writer.store.get(Self.collection, ObjectKey(namespace: nil, name: namespace))?.facts.isBeingDeleted ?? false
  }

  /// Deletes everything in the namespace. What finalizers hold keeps the namespace waiting.
  private func settle(_ namespace: String) {
    for object in writer.store.objects(inNamespace: namespace) where !object.facts.isBeingDeleted {
      attempt("delete \(object.collection) \(object.key)") {
        _ = try ObjectRemover(writer: writer).delete(object.collection, object.key, Deletion(policy: .background))
      }
    }
    finishIfEmpty(namespace)
  }

  private func finishIfEmpty(_ namespace: String) {
    guard writer.store.objects(inNamespace: namespace).isEmpty else { return }
    attempt("finish \(namespace)") {
      try writer.modify(Self.collection, ObjectKey(namespace: nil, name: namespace)) { object in
        guard object.isBeingDeleted, let finalizers = object.json[["spec", "finalizers"]]?.strings, finalizers.contains(Self.finalizer)
        else { return false }
        object.json[["spec", "finalizers"]] = JSONValue(finalizers.filter { $0 != Self.finalizer })
        return true
      }
    }
  }

  private func attempt(_ what: String, _ body: () throws -> Void) {
    do { try body() } catch { logger.error("namespace cleanup failed", metadata: ["step": "\(what)", "error": "\(error)"]) }
  }
}
