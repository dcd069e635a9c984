/// Which changes a watcher wants to hear of.
package struct WatchScope: Sendable {
  /// `nil`: every collection.
  var collection: CollectionName?
  var namespace: String?
  /// A watch of one object.
  var name: String?

  func contains(_ object: StoredObject) -> Bool {
    (collection == nil || object.collection == collection) && (namespace == nil || object.key.namespace == namespace)
      && (name == nil || object.key.name == name)
  }
}

/// A watcher's end of the store.
struct Subscriber: Sendable {
  let scope: WatchScope
  let continuation: AsyncStream<StoreSignal>.Continuation
}

/// What a watcher gets when it subscribes: everything up to a version, and a stream of all that follows.
struct Subscription: Sendable {
  let id: Int
  /// The objects as they are, when the watch starts from nothing.
  var initial: [StoredObject] = []
  /// The changes since the version where the watch resumes.
  var backlog: [StoreEvent] = []
  /// `initial` or `backlog` brings the watcher to this version.
  let version: Int64
  /// Ends when the subscription is cancelled, or when its reader falls behind by more than its buffer.
  let signals: AsyncStream<StoreSignal>
}
