import JSON
import Kubernetes
import Synchronization

/// Performs decisions: their actions in order, leaving out applies that would change nothing.
package final class Executor: Sendable {
  private struct Slot: Hashable {
    let type: ResourceType
    let key: ObjectKey
    let manager: String
    let isStatus: Bool
  }
  /// What was applied last, and to which object.
  private struct Applied {
    let intent: KubeObject
    let uid: String?
    let version: String?
  }

  private let client: Client
  private let stores: StoreSet
  private let events: EventRecorder?
  private let metrics: RuntimeMetrics
  private let guarded: Set<ResourceType>
  /// What was found in the place of ours.
  package let foreign: ForeignObjects
  private let applied = Mutex<[Slot: Applied]>([:])

  /// - Parameter guarded: types of which an object that no copy knows is looked for before it is applied: one that somebody else made is
  ///   left as it is, with an ``ExecutionError`` that says so, and remembered in ``foreign``.
  package init(
    _ client: Client, stores: StoreSet, events: EventRecorder? = nil, guarded: Set<ResourceType> = [],
    foreign: ForeignObjects = ForeignObjects(), metrics: RuntimeMetrics = RuntimeMetrics()
  ) {
    self.guarded = guarded
    self.foreign = foreign
    self.client = client
    self.stores = stores
    self.events = events
    self.metrics = metrics
  }

  /// Performs the actions in order; the first that fails ends it with an ``ExecutionError``.
  package func perform(_ decision: Decision) async throws(ExecutionError) {
    for action in decision.actions {
      do {
        try await perform(action)
      } catch {
        metrics.add("action_errors_total", ["action": action.verb])
        throw ExecutionError(action: action, error: error)
      }
    }
  }

  private func perform(_ action: Action) async throws(KubeError) {
    if case .apply(let type, let object, let manager) = action, guarded.contains(type), stores[type]?[object.key] == nil {
      try await create(type, object, Slot(type: type, key: object.key, manager: manager, isStatus: false))
    } else {
      try await write(action)
    }
  }

  /// What is not there is created; what is there and ours is applied. Whoever is faster than these two requests is not overwritten either:
  /// an apply without force refuses to change a field of another manager.
  private func create(_ type: ResourceType, _ object: KubeObject, _ slot: Slot) async throws(KubeError) {
    let selection = Selection(namespace: object.namespace, fields: "metadata.name=\(object.name)")
    let live = try await client.list(type, selection).first { $0.key == object.key }
    if let live, !ForeignObjects.isOurs(live, object) {
      foreign.remember(live, type)
      throw .status(
        APIStatus(
          code: 409, reason: ForeignObjects.reason,
          message: "there is one of that name which this controller did not make: it is left as it is"))
    }
    try await apply(type, object, slot, force: live != nil)
  }

  private func write(_ action: Action) async throws(KubeError) {
    switch action {
    case .apply(let type, let object, let manager):
      try await apply(type, object, Slot(type: type, key: object.key, manager: manager, isStatus: false))
    case .applyStatus(let type, let object, let manager):
      try await apply(type, object, Slot(type: type, key: object.key, manager: manager, isStatus: true))
    case .delete(let type, let key, let uid):
      metrics.add("actions_total", ["action": action.verb])
      try await client.delete(type, key, uid: uid)
      applied.withLock { applied in
        for slot in applied.keys where slot.type == type && slot.key == key { applied[slot] = nil }
      }
    case .event(let note):
      events?.record(note)
    }
  }

  /// Applies unless the same was applied before to the same object (so no owned field waits to be removed) and all of it is still there.
  private func apply(_ type: ResourceType, _ object: KubeObject, _ slot: Slot, force: Bool = true) async throws(KubeError) {
    let verb = slot.isStatus ? "applyStatus" : "apply"
    if let cached = stores[type]?[object.key], let last = applied.withLock({ $0[slot] }),
      last.intent == object, last.uid == cached.uid, cached.contains(object)
    {
      metrics.add("actions_skipped_total", ["action": verb])
      return
    }
    metrics.add("actions_total", ["action": verb])
    let result =
      slot.isStatus
      ? try await client.applyStatus(type, object, manager: slot.manager)
      : try await client.apply(type, object, manager: slot.manager, force: force)
    applied.withLock { $0[slot] = Applied(intent: object, uid: result.uid, version: result.resourceVersion) }
  }

  /// Whether the store shows an object as it was before a status of ours, whose change is still under way to it.
  ///
  /// A status that says how far something has come must not be read back from there: what was decided meanwhile would be undone. Versions
  /// are compared as the numbers that they are in every API server in use (since Kubernetes 1.35 by contract); any others count as new.
  package func isBehind(_ type: ResourceType, _ key: ObjectKey) -> Bool {
    guard let cached = stores[type]?[key] else { return false }
    let statuses = applied.withLock { $0.filter { $0.key.type == type && $0.key.key == key && $0.key.isStatus }.map(\.value) }
    return statuses.contains { written in
      guard written.uid == cached.uid, let wrote = written.version.flatMap({ UInt64($0) }),
        let shown = cached.resourceVersion.flatMap({ UInt64($0) })
      else { return false }
      return shown < wrote
    }
  }

  /// Forgets what was applied to objects of a key: it is gone.
  package func forget(_ type: ResourceType, _ key: ObjectKey) {
    applied.withLock { applied in
      for slot in applied.keys where slot.type == type && slot.key == key { applied[slot] = nil }
    }
  }
}

/// An action that could not be performed.
package struct ExecutionError: Error, Sendable, CustomStringConvertible {
  package let action: Action
  package let error: KubeError
  /// There is an object of that name which somebody else made.
  package var isForeign: Bool { error.status?.reason == ForeignObjects.reason }

  package var description: String { "\(action.verb) \(action.target): \(error)" }
}

extension Action {
  package var verb: String {
    switch self {
    case .apply: "apply"
    case .applyStatus: "applyStatus"
    case .delete: "delete"
    case .event: "event"
    }
  }

  /// The object it is about, for messages.
  package var target: String {
    switch self {
    case .apply(let type, let object, _), .applyStatus(let type, let object, _): "\(type) \(object.key)"
    case .delete(let type, let key, _): "\(type) \(key)"
    case .event(let note): "\(note.regarding.kind) \(note.regarding.key)"
    }
  }
}
