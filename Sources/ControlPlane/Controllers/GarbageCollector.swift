import JSON
import Kubernetes
import Logging

/// Deletes what has lost its owners, and lets owners go that wait for their dependents.
///
///     owner gone          ─▶ dependent: other owners left? drop the reference : delete it
///     owner "foreground"  ─▶ delete its dependents; when none is left that blocks it, drop the finalizer
///     owner "orphan"      ─▶ drop the references to it, then the finalizer
///
/// The graph of owners is read from the store's events; a mistake of a stale graph is excluded by looking at the store
/// before acting.
final class GarbageCollector: Controller {
  private let writer: ObjectWriter
  private let logger: Logger

  init(writer: ObjectWriter, logger: Logger) {
    self.writer = writer
    self.logger = logger
  }

  func run() async throws {
    let subscription = try writer.store.subscribe(WatchScope(), from: .current, bufferLimit: nil)
    defer { writer.store.unsubscribe(subscription.id) }
    var graph = OwnerGraph()
    for object in subscription.initial { graph.insert(object) }
    for object in subscription.initial { settle(object, isGone: false, graph) }
    for await signal in subscription.signals {
      try Task.checkCancellation()
      guard case .event(let event) = signal else { continue }
      let isGone = event.kind == .deleted
      if isGone { graph.remove(event.object) } else { graph.insert(event.object) }
      settle(event.object, isGone: isGone, graph)
    }
  }

  /// Does what follows from one object's newest state; a failure is logged and does not stop the others.
  private func settle(_ object: StoredObject, isGone: Bool, _ graph: OwnerGraph) {
    do {
      if isGone {
        for dependent in graph.dependents(of: object.uid) { try collect(dependent, graph) }
        for owner in object.facts.ownerUIDs { try release(owner, graph) }
        return
      }
      if !object.facts.ownerUIDs.isEmpty { try collect(object, graph) }
      if object.facts.isBeingDeleted { try release(object.uid, graph) }
      for owner in object.facts.ownerUIDs { try release(owner, graph) }
    } catch {
      logger.error("garbage collection failed", metadata: ["object": "\(object.collection) \(object.key)", "error": "\(error)"])
    }
  }

  /// Deletes a dependent whose owners are all gone (or are waiting for it); drops the references to those that are gone.
  private func collect(_ seen: StoredObject, _ graph: OwnerGraph) throws {
    guard let current = writer.store.get(seen.collection, seen.key), current.uid == seen.uid, !current.facts.ownerUIDs.isEmpty,
      !current.facts.isBeingDeleted
    else { return }
    let owners = current.facts.ownerUIDs
    let solid = owners.filter { graph.contains($0) && !graph.isWaiting($0, for: .foreground) }
    if solid.isEmpty {
      // An owner that waits for its dependents waits for theirs too.
      let isWaitedFor = owners.contains { graph.isWaiting($0, for: .foreground) }
      let policy: Deletion.Policy? = isWaitedFor && graph.hasBlockingDependents(of: current.uid) ? .foreground : nil
      try delete(current, Deletion(policy: policy))
    } else if owners.contains(where: { !graph.contains($0) }) {
      try dropReferences(from: current) { graph.contains($0) }
    }
  }

  /// Lets an owner go on that waits for the garbage collector.
  private func release(_ owner: String, _ graph: OwnerGraph) throws {
    guard let waiting = graph[owner], waiting.facts.isBeingDeleted else { return }
    let dependents = graph.dependents(of: owner)
    if graph.isWaiting(owner, for: .orphan) {
      for dependent in dependents { try dropReferences(from: dependent) { $0 != owner } }
      try dropFinalizer(Deletion.Policy.orphanFinalizer, from: waiting)
    } else if graph.isWaiting(owner, for: .foreground) {
      for dependent in dependents where !dependent.facts.isBeingDeleted { try collect(dependent, graph) }
      let left = graph.dependents(of: owner).filter { writer.store.get($0.collection, $0.key)?.uid == $0.uid }
      if !(try left.contains { try Self.blocks($0, owner: owner) }) {
        try dropFinalizer(Deletion.Policy.foregroundFinalizer, from: waiting)
      }
    }
  }

  /// Whether a dependent keeps its owner waiting.
  static func blocks(_ dependent: StoredObject, owner: String) throws -> Bool {
    try dependent.object().ownerReferences.contains { $0.uid == owner && $0.blockOwnerDeletion }
  }

  private func delete(_ object: StoredObject, _ deletion: Deletion) throws {
    var deletion = deletion
    deletion.uid = object.uid
    do {
      let subject = APIError.Subject(group: object.collection.group, plural: object.collection.plural, kind: "", name: object.key.name)
      _ = try ObjectRemover(writer: writer).delete(object.collection, object.key, deletion) { try deletion.check($0, subject) }
    } catch is APIError {
      // Another object has taken the name meanwhile: nothing to collect.
    }
  }

  private func dropReferences(from object: StoredObject, keeping isKept: (String) -> Bool) throws {
    try writer.modify(object.collection, object.key) { live in
      guard live.uid == object.uid, let entries = live.json[["metadata", "ownerReferences"]]?.array else { return false }
      let kept = entries.filter { isKept($0["uid"]?.string ?? "") }
      guard kept.count < entries.count else { return false }
      live.json[["metadata", "ownerReferences"]] = kept.isEmpty ? nil : .array(kept)
      return true
    }
  }

  private func dropFinalizer(_ finalizer: String, from object: StoredObject) throws {
    try writer.modify(object.collection, object.key) { $0.uid == object.uid && $0.removeFinalizer(finalizer) }
  }
}

extension KubeObject {
  /// Returns whether there was one to remove.
  mutating func removeFinalizer(_ finalizer: String) -> Bool {
    let kept = finalizers.filter { $0 != finalizer }
    guard kept.count < finalizers.count else { return false }
    json[["metadata", "finalizers"]] = kept.isEmpty ? nil : JSONValue(kept)
    return true
  }
}
