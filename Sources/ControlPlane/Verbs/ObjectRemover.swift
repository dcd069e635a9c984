import JSON
import Kubernetes

/// Deletes objects, for requests and controllers alike.
struct ObjectRemover: Sendable {
  let writer: ObjectWriter

  enum Outcome: Sendable {
    /// It is gone; this was its last state.
    case removed(StoredObject)
    /// Finalizers hold it: it is marked and will go when the last of them does.
    case marked(StoredObject)
  }

  /// Deletes the newest version of an object. `nil` when there is none.
  ///
  /// - Parameter check: called with the version about to be deleted; throws to refuse.
  func delete(
    _ collection: CollectionName, _ key: ObjectKey, _ deletion: Deletion, isDryRun: Bool = false,
    check: (StoredObject) throws -> Void = { _ in }
  ) throws -> Outcome? {
    guard let served = writer.holder.catalog.type(of: collection)?.inStorageVersion else { return nil }
    while let current = writer.store.get(collection, key) {
      try check(current)
      let before = try current.object()
      var object = before
      deletion.mark(&object, now: writer.clock.now())
      if isDryRun || object == before { return .marked(current) }
      let isHeld = !object.finalizers.isEmpty || !(object.json[["spec", "finalizers"]]?.array ?? []).isEmpty
      do {
        return isHeld ? .marked(try writer.put(object, served, over: current)) : .removed(try writer.remove(object, served, current))
      } catch StoreError.conflict {
        continue
      } catch StoreError.notFound {
        return nil
      }
    }
    return nil
  }
}
