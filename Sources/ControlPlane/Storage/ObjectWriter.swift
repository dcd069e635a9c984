import JSON
import Kubernetes

/// Writes objects of served types, for requests and controllers alike, and keeps the catalog in step with the CRDs.
struct ObjectWriter: Sendable {
  let store: ObjectStore
  let holder: CatalogHolder
  let clock: WallClock

  /// Creates `object`, or replaces `current` with it.
  func put(_ object: KubeObject, _ served: ServedType, over current: StoredObject?) throws -> StoredObject {
    let object = try Conversion.toStorage(object, served)
    let facts = ObjectFacts(of: object, selectableFields: Conversion.selectableFields(served))
    let stored = try store.put(object, in: served.collection, facts: facts, expected: current?.resourceVersion)
    definitionsChanged(served)
    return stored
  }

  /// Removes `current` for good; `object` is its last state.
  func remove(_ object: KubeObject, _ served: ServedType, _ current: StoredObject) throws -> StoredObject {
    let stored = try store.remove(try Conversion.toStorage(object, served), in: served.collection, expected: current.resourceVersion)
    definitionsChanged(served)
    return stored
  }

  /// Writes `object` over `current`, or removes it when it is being deleted and nothing holds it any more.
  func settle(_ object: KubeObject, _ served: ServedType, over current: StoredObject) throws -> StoredObject {
    object.isBeingDeleted && object.finalizers.isEmpty && (object.json[["spec", "finalizers"]]?.array ?? []).isEmpty
      ? try remove(object, served, current) : try put(object, served, over: current)
  }

  /// Changes the newest version of an object; the change is tried again when somebody else was faster.
  ///
  /// - Parameter change: returns whether there is anything to write.
  func modify(_ collection: CollectionName, _ key: ObjectKey, _ change: (inout KubeObject) -> Bool) throws {
    guard let served = holder.catalog.type(of: collection) else { return }
    while let current = store.get(collection, key) {
      var object = try current.object()
      guard change(&object) else { return }
      do {
        _ = try settle(object, served.inStorageVersion, over: current)
        return
      } catch StoreError.conflict {
        continue
      } catch StoreError.notFound {
        return
      }
    }
  }

  private func definitionsChanged(_ served: ServedType) {
    if served.collection == CatalogHolder.definitions { holder.refresh() }
  }
}
