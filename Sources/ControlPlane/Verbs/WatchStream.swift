import JSON
import Kubernetes

/// A watch that has been subscribed and waits to be written: the lines of its response, in order.
package struct WatchStream: Sendable {
  let store: ObjectStore
  let subscription: Subscription
  let selection: Selection
  let renderer: ObjectRenderer
  let clock: WallClock
  /// How long the watch may last; `nil` leaves the end to the client.
  let timeout: Duration?
  /// How often a bookmark is sent; `nil` when the client has not asked for them.
  let bookmarkInterval: Duration?
  /// `sendInitialEvents`: the initial state ends with a marked bookmark.
  let marksInitialEnd: Bool
  /// The one event of a watch that cannot start: an ERROR inside a 200, as clients expect it.
  let failure: APIError?

  /// Writes every line until the watch ends. Returns when it is over; throws when the client is gone.
  ///
  /// - Parameter send: writes bytes to the client, waiting while it is slow.
  package func run(
    isolation: isolated (any Actor)? = #isolation, _ send: ([UInt8]) async throws -> Void
  ) async throws {
    defer { store.unsubscribe(subscription.id) }
    if let failure { return try await send(Self.line("ERROR", failure.status.bytes())) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ticks() }
      if let timeout {
        group.addTask {
          try await Task.sleep(for: timeout)
          store.unsubscribe(subscription.id)
        }
      }
      defer { group.cancelAll() }
      try await lines(send)
    }
  }

  /// Ends the watch from outside.
  package func end() { store.unsubscribe(subscription.id) }

  /// Asks for bookmarks until it is cancelled.
  private func ticks() async throws {
    guard let bookmarkInterval else { return }
    while true {
      try await Task.sleep(for: bookmarkInterval)
      store.bookmark(subscription.id)
    }
  }

  private func lines(
    isolation: isolated (any Actor)? = #isolation, _ send: ([UInt8]) async throws -> Void
  ) async throws {
    var isFirst = true
    var pending: [UInt8] = []
    let flushSize = 64 * 1024
    func add(_ type: String, _ object: [UInt8]) async throws {
      pending += Self.line(type, object)
      isFirst = false
      if pending.count >= flushSize {
        try await send(pending)
        pending.removeAll(keepingCapacity: true)
      }
    }
    for stored in subscription.initial where selection.matches(stored) {
      try await add("ADDED", try renderer.event(stored, isFirst: isFirst))
    }
    for event in subscription.backlog {
      guard let kind = selection.kind(of: event) else { continue }
      try await add(kind.word, try renderer.event(event.object, isFirst: isFirst))
    }
    if marksInitialEnd {
      let mark = renderer.bookmark(version: subscription.version, annotations: ["k8s.io/initial-events-end": "true"])
      try await add("BOOKMARK", mark.bytes())
    }
    if !pending.isEmpty { try await send(pending) }
    for await signal in subscription.signals {
      try Task.checkCancellation()
      switch signal {
      case .bookmark(let version): try await send(Self.line("BOOKMARK", renderer.bookmark(version: version).bytes()))
      case .event(let event):
        guard let kind = selection.kind(of: event) else { continue }
        try await send(Self.line(kind.word, try renderer.event(event.object, isFirst: isFirst)))
        isFirst = false
      }
    }
  }

  private static func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
    Array("{\"type\":\"\(type)\",\"object\":".utf8) + object + [UInt8(ascii: "}"), 0x0A]
  }
}

extension StoreEvent.Kind {
  /// The word of a watch event.
  var word: String {
    switch self {
    case .added: "ADDED"
    case .modified: "MODIFIED"
    case .deleted: "DELETED"
    }
  }
}
