/// Who owns whom, by uid: a value that follows the store's events.
struct OwnerGraph {
  private var objects: [String: StoredObject] = [:]
  private var dependents: [String: Set<String>] = [:]

  subscript(uid: String) -> StoredObject? { objects[uid] }

  /// Whether an object with this uid exists.
  func contains(_ uid: String) -> Bool { objects[uid] != nil }

  func dependents(of uid: String) -> [StoredObject] {
    (dependents[uid] ?? []).compactMap { objects[$0] }.sorted { $0.resourceVersion < $1.resourceVersion }
  }

  func hasBlockingDependents(of uid: String) -> Bool { !(dependents[uid] ?? []).isEmpty }

  /// Whether an owner is being deleted and holds the finalizer of this policy.
  func isWaiting(_ uid: String, for policy: Deletion.Policy) -> Bool {
    guard let object = objects[uid], object.facts.isBeingDeleted, let finalizer = policy.finalizer else { return false }
    return object.facts.finalizers.contains(finalizer)
  }

  /// Adds an object, or replaces its earlier version.
  mutating func insert(_ object: StoredObject) {
    if let old = objects[object.uid] { unlink(old) }
    objects[object.uid] = object
    for owner in object.facts.ownerUIDs { dependents[owner, default: []].insert(object.uid) }
  }

  mutating func remove(_ object: StoredObject) {
    if let old = objects.removeValue(forKey: object.uid) { unlink(old) }
  }

  private mutating func unlink(_ object: StoredObject) {
    for owner in object.facts.ownerUIDs {
      dependents[owner]?.remove(object.uid)
      if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
    }
  }
}
