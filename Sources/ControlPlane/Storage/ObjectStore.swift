import JSON
import Kubernetes
import Synchronization

/// Every object of the control plane, with one version counter over all of them.
///
///     put/remove ─▶ [lock: check version ▸ next version ▸ database ▸ memory ▸ watchers] ─▶ acknowledged
///
/// Writes are one after another under one lock, so the order of versions is the order of the changes on disk, in memory and
/// in every watch. Reads are served from memory. A change that the database refuses changes nothing and wakes nobody.
package final class ObjectStore: Sendable {
  struct State {
    /// The version of the last change.
    var version: Int64
    /// Changes up to here are forgotten: a watch may start at this version, not before.
    var compacted: Int64
    var collections: [CollectionName: [ObjectKey: StoredObject]] = [:]
    var subscribers: [Int: Subscriber] = [:]
    var nextSubscriber = 0
    /// Set at shutdown: no subscription outlives it.
    var isClosed = false
  }

  let database: StateDatabase
  let state: Mutex<State>
  /// How many changes are kept for watches that resume.
  let historyLimit: Int

  /// - Parameters:
  ///   - directory: where the state lives, created when missing; `nil` keeps it in memory only.
  ///   - historyLimit: how many changes are kept for watches that resume, at least 1.
  package init(directory: String?, historyLimit: Int) throws {
    database = try StateDatabase(directory: directory)
    let contents = try database.load()
    var state = State(version: contents.version, compacted: contents.compacted)
    for object in contents.objects { state.collections[object.collection, default: [:]][object.key] = object }
    self.state = Mutex(state)
    self.historyLimit = max(1, historyLimit)
  }
}

// MARK: Reading

extension ObjectStore {
  /// The objects of a collection at one version.
  struct Listing: Sendable {
    /// Ordered by namespace, then name.
    var objects: [StoredObject]
    var version: Int64
  }

  var version: Int64 { state.withLock { $0.version } }

  func get(_ collection: CollectionName, _ key: ObjectKey) -> StoredObject? {
    state.withLock { $0.collections[collection]?[key] }
  }

  func list(_ collection: CollectionName, namespace: String? = nil) -> Listing {
    let (all, version) = state.withLock { ($0.collections[collection] ?? [:], $0.version) }
    let objects = namespace == nil ? Array(all.values) : all.values.filter { $0.key.namespace == namespace }
    return Listing(objects: objects.sorted { $0.key < $1.key }, version: version)
  }

  /// Every object in a namespace, of all kinds.
  func objects(inNamespace namespace: String) -> [StoredObject] {
    state.withLock { state in state.collections.values.flatMap { $0.values.filter { $0.key.namespace == namespace } } }
  }

  /// Every object of the store.
  func allObjects() -> [StoredObject] {
    state.withLock { state in state.collections.values.flatMap(\.values) }
  }

  /// How many objects each collection holds.
  func counts() -> [(CollectionName, Int)] {
    state.withLock { $0.collections.map { ($0.key, $0.value.count) } }.filter { $0.1 > 0 }
  }
}

// MARK: Writing

extension ObjectStore {
  /// Creates an object, or replaces the version that the writer saw.
  ///
  /// - Parameters:
  ///   - object: in its storage version; its resourceVersion is filled in here.
  ///   - expected: the version to replace; `nil` creates.
  func put(_ object: KubeObject, in collection: CollectionName, facts: ObjectFacts, expected: Int64?) throws -> StoredObject {
    try state.withLock { state in
      let key = object.key
      let current = state.collections[collection]?[key]
      switch (current, expected) {
      case (.some, nil): throw StoreError.alreadyExists
      case (nil, .some): throw StoreError.notFound
      case (.some(let current), .some(let expected)) where current.resourceVersion != expected:
        throw StoreError.conflict(current: current.resourceVersion)
      default: break
      }
      let stored = Self.stored(object, in: collection, facts: facts, version: state.version + 1)
      let event = StoreEvent(kind: current == nil ? .added : .modified, object: stored, previous: current?.facts)
      try commit(event, &state)
      return stored
    }
  }

  /// Removes an object for good.
  ///
  /// - Parameter object: its last state, as watchers shall see it.
  func remove(_ object: KubeObject, in collection: CollectionName, expected: Int64) throws -> StoredObject {
    try state.withLock { state in
      guard let current = state.collections[collection]?[object.key] else { throw StoreError.notFound }
      guard current.resourceVersion == expected else { throw StoreError.conflict(current: current.resourceVersion) }
      let stored = Self.stored(object, in: collection, facts: current.facts, version: state.version + 1)
      try commit(StoreEvent(kind: .deleted, object: stored, previous: current.facts), &state)
      return stored
    }
  }

  private static func stored(_ object: KubeObject, in collection: CollectionName, facts: ObjectFacts, version: Int64) -> StoredObject {
    var object = object
    object[["metadata", "resourceVersion"]] = .string(String(version))
    return StoredObject(
      collection: collection, key: object.key, uid: object.uid ?? "", resourceVersion: version, facts: facts, body: object.json.bytes())
  }

  private func commit(_ event: StoreEvent, _ state: inout State) throws {
    try database.record(event)
    state.version = event.resourceVersion
    let object = event.object
    state.collections[object.collection, default: [:]][object.key] = event.kind == .deleted ? nil : object
    publish(event, &state)
    try compactIfNeeded(&state)
  }

  /// Forgets old changes a batch at a time: an eighth of the window more than the window is kept in between.
  private func compactIfNeeded(_ state: inout State) throws {
    guard state.version - state.compacted > Int64(historyLimit + historyLimit / 8) else { return }
    let horizon = state.version - Int64(historyLimit)
    try database.compact(through: horizon)
    state.compacted = horizon
  }
}
