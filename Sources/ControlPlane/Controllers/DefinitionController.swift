import JSON
import Kubernetes
import Logging

/// Deletes the objects of a CustomResourceDefinition that is being deleted, then lets it go and ends the watches of its kind.
struct DefinitionController: Controller {
  let writer: ObjectWriter
  let logger: Logger

  func run() async throws {
    let subscription = try writer.store.subscribe(WatchScope(), from: .current, bufferLimit: nil)
    defer { writer.store.unsubscribe(subscription.id) }
    var terminating: [CollectionName: ObjectKey] = [:]
    for object in subscription.initial { follow(object, isGone: false, &terminating) }
    for await signal in subscription.signals {
      try Task.checkCancellation()
      guard case .event(let event) = signal else { continue }
      follow(event.object, isGone: event.kind == .deleted, &terminating)
    }
  }

  /// - Parameter terminating: the collections that are being emptied, with the definition of each.
  private func follow(_ object: StoredObject, isGone: Bool, _ terminating: inout [CollectionName: ObjectKey]) {
    if object.collection == CatalogHolder.definitions {
      // A definition's name is plural.group.
      let collection = CollectionName(text: object.key.name)
      if isGone {
        terminating[collection] = nil
        writer.store.endSubscriptions(of: collection)
      } else if object.facts.isBeingDeleted {
        terminating[collection] = object.key
        empty(collection)
        finishIfEmpty(collection, object.key)
      }
    } else if isGone, let definition = terminating[object.collection] {
      finishIfEmpty(object.collection, definition)
    }
  }

  private func empty(_ collection: CollectionName) {
    for object in writer.store.list(collection).objects where !object.facts.isBeingDeleted {
      attempt("delete \(collection) \(object.key)") {
        _ = try ObjectRemover(writer: writer).delete(collection, object.key, Deletion(policy: .background))
      }
    }
  }

  private func finishIfEmpty(_ collection: CollectionName, _ definition: ObjectKey) {
    guard writer.store.list(collection).objects.isEmpty else { return }
    attempt("finish \(definition)") {
      try writer.modify(CatalogHolder.definitions, definition) { object in
        object.isBeingDeleted && object.removeFinalizer(DefinitionRules.cleanupFinalizer)
      }
    }
  }

  private func attempt(_ what: String, _ body: () throws -> Void) {
    do { try body() } catch { logger.error("cleanup of a definition failed", metadata: ["step": "\(what)", "error": "\(error)"]) }
  }
}
