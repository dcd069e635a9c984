import Kubernetes

extension Handler {
  /// How many changes wait for a slow client before its watch ends and it resumes.
  static let watchBufferLimit = 4096

  func watch(_ call: Call) throws -> ServerReply {
    let selection = try call.selection()
    var scope = WatchScope(collection: call.collection, namespace: call.namespace, name: call.name)
    scope.name = scope.name ?? selection.fields.name
    let (start, sendsInitial) = try watchStart(call)
    var failure: APIError?
    var subscription = Subscription(id: -1, version: 0, signals: AsyncStream { $0.finish() })
    do {
      subscription = try store.subscribe(scope, from: start, bufferLimit: Self.watchBufferLimit)
    } catch let error as StoreError {
      guard case .expired = error else { throw error }
      failure = APIError.expired("\(error)")
    }
    return .watch(
      WatchStream(
        store: store, subscription: subscription, selection: selection, renderer: try ObjectRenderer(call, now: clock.now()),
        clock: clock, timeout: try timeout(call), bookmarkInterval: call.query.flag("allowWatchBookmarks") ? bookmarkInterval : nil,
        marksInitialEnd: sendsInitial && call.query.flag("allowWatchBookmarks"), failure: failure))
  }

  /// Where the watch begins, and whether the client wants the end of the initial state marked.
  private func watchStart(_ call: Call) throws -> (ObjectStore.WatchStart, Bool) {
    let version = try call.resourceVersion()
    let match = call.query["resourceVersionMatch"] ?? ""
    guard call.query["sendInitialEvents"] != nil else {
      guard match.isEmpty else {
        throw APIError.badRequest("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
      }
      // No version and version 0 both mean: the state as it is, then its changes.
      return ((version ?? 0) == 0 ? .current : .after(version ?? 0), false)
    }
    guard match == "NotOlderThan" else {
      throw APIError.badRequest("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
    }
    let current = store.version
    if let version, version > current { throw APIError.tooLargeVersion(wanted: version, current: current) }
    if call.query.flag("sendInitialEvents") { return (.current, true) }
    return ((version ?? 0) == 0 ? .now : .after(version ?? 0), false)
  }

  private func timeout(_ call: Call) throws -> Duration? {
    guard let text = call.query["timeoutSeconds"], !text.isEmpty else { return nil }
    guard let seconds = Int(text), seconds >= 0 else {
      throw APIError.badRequest("timeoutSeconds must be a number of seconds, not \"\(text)\"")
    }
    return seconds == 0 ? nil : .seconds(seconds)
  }
}
