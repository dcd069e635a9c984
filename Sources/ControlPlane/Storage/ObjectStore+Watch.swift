extension ObjectStore {
  enum WatchStart: Sendable {
    /// The objects as they are, then what changes.
    case current
    /// Only what changes from now on.
    case now
    /// What has changed since a version, which is not repeated.
    case after(Int64)
  }

  /// Subscribes to changes; between the returned state and the stream nothing is missing and nothing comes twice.
  ///
  /// - Parameter bufferLimit: how many changes wait for a slow reader before its stream ends; `nil` for no limit.
  func subscribe(_ scope: WatchScope, from start: WatchStart, bufferLimit: Int?) throws -> Subscription {
    try state.withLock { state in
      let policy: AsyncStream<StoreSignal>.Continuation.BufferingPolicy = bufferLimit.map { .bufferingOldest($0) } ?? .unbounded
      let (stream, continuation) = AsyncStream.makeStream(of: StoreSignal.self, bufferingPolicy: policy)
      var subscription = Subscription(id: state.nextSubscriber, version: state.version, signals: stream)
      switch start {
      case .now: break
      case .current:
        let collections = scope.collection.map { [state.collections[$0] ?? [:]] } ?? Array(state.collections.values)
        subscription.initial = collections.flatMap { $0.values.filter(scope.contains) }.sorted { $0.key < $1.key }
      case .after(let version):
        guard version >= state.compacted, version <= state.version else {
          throw StoreError.expired(wanted: version, oldest: state.compacted, current: state.version)
        }
        if version < state.version {
          subscription.backlog = try database.changes(after: version, in: scope.collection).filter { scope.contains($0.object) }
        }
      }
      state.nextSubscriber += 1
      if state.isClosed {
        continuation.finish()
      } else {
        state.subscribers[subscription.id] = Subscriber(scope: scope, continuation: continuation)
      }
      return subscription
    }
  }

  /// Ends a subscription's stream after what it holds already.
  func unsubscribe(_ id: Int) {
    state.withLock { $0.subscribers.removeValue(forKey: id) }?.continuation.finish()
  }

  /// Puts a bookmark behind everything that this subscriber has been sent so far.
  func bookmark(_ id: Int) {
    state.withLock { state in
      guard let subscriber = state.subscribers[id] else { return }
      _ = subscriber.continuation.yield(.bookmark(state.version))
    }
  }

  /// Ends every watch of a collection that is no longer served.
  func endSubscriptions(of collection: CollectionName) {
    let ended = state.withLock { state in
      let ended = state.subscribers.filter { $0.value.scope.collection == collection }
      for id in ended.keys { state.subscribers[id] = nil }
      return ended.values.map(\.continuation)
    }
    for continuation in ended { continuation.finish() }
  }

  /// Ends every watch, now and from now on: the server shuts down.
  package func endAllSubscriptions() {
    let ended = state.withLock { state in
      state.isClosed = true
      defer { state.subscribers = [:] }
      return state.subscribers.values.map(\.continuation)
    }
    for continuation in ended { continuation.finish() }
  }

  /// Sends a change to its watchers. A watcher whose buffer is full is cut off: it resumes from the last version that it read.
  func publish(_ event: StoreEvent, _ state: inout State) {
    for (id, subscriber) in state.subscribers where subscriber.scope.contains(event.object) {
      if case .dropped = subscriber.continuation.yield(.event(event)) {
        state.subscribers[id] = nil
        subscriber.continuation.finish()
      }
    }
  }

  var subscriberCount: Int { state.withLock { $0.subscribers.count } }
}
