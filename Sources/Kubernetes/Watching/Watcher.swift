import JSON

/// Keeps a copy of a collection current, as a state machine: it says what to ask next, and is told what came.
///
/// ```
///             all pages: replace                      ended, broken: again from the last version
///   listing ───────────────────────▶ watching ◀──┐───────────────┐
///    ▲  ▲ └─ page: next page            │ │ └────┘ line: upsert, delete, bookmark
///    │  └──── version expired (410) ────┘ │
///    │                                    ▼ 404
///    └──────── served again ────────── absent  (the type is not served: the copy is empty)
/// ```
/// No gap: a list replaces the copy whole, at the version from which the watch goes on. Versions are opaque, never compared by order.
package struct Watcher: Sendable {
  package enum State: Sendable, Equatable {
    /// Pages so far, and the token of the next one.
    case listing(pages: [KubeObject], token: String?)
    case watching(version: String)
    case absent
  }

  /// What to do next, after a pause.
  package enum Step: Sendable, Equatable {
    case list(APIRequest)
    case watch(APIRequest)
    /// Ask discovery whether the type is served, then tell ``served()``.
    case discover
  }

  /// What changes in the copy.
  package enum Change: Sendable, Equatable {
    case replace([KubeObject])
    case upsert(KubeObject)
    case delete(KubeObject)
    /// The type is not served: no object of it exists.
    case absent
  }

  package let type: ResourceType
  package let selection: Selection
  package private(set) var state = State.listing(pages: [], token: nil)
  /// How often a list or a watch failed or restarted, for metrics.
  package private(set) var failureCount = 0
  private let backoff: Backoff
  /// Failures since it last was healthy.
  private var failures = 0
  private var pause: Duration = .zero
  private var openedAt: Duration?

  /// A watch that lived this long has recovered: the next failure starts the backoff over.
  private static let healthy: Duration = .seconds(120)
  /// Watches that end at once are not opened faster than this.
  private static let shortest: Duration = .seconds(1)
  /// How often an absent type is looked for.
  private let discoveryPeriod: Duration

  package init(
    _ type: ResourceType, _ selection: Selection = .all, backoff: Backoff = .watch, discoveryPeriod: Duration = .seconds(5)
  ) {
    self.type = type
    self.selection = selection
    self.backoff = backoff
    self.discoveryPeriod = discoveryPeriod
  }

  /// What to do next and how long to wait before.
  ///
  /// - Parameter random: in 0..<1; spreads the lifetimes of watches over 5 to 10 minutes.
  package mutating func next(random: Double) -> (pause: Duration, step: Step) {
    defer { pause = .zero }
    switch state {
    case .listing(_, let token): return (pause, .list(.list(type, selection, continuing: token)))
    case .watching(let version):
      return (pause, .watch(.watch(type, selection, from: version, timeout: .seconds(300 + Int(300 * random)))))
    case .absent: return (max(pause, discoveryPeriod), .discover)
    }
  }

  // MARK: Answers to a list

  /// A page came. Throws when it is no list; tell ``failed(_:now:random:)`` then.
  package mutating func received(page: JSONValue) throws(KubeError) -> Change? {
    guard case .listing(var pages, _) = state else { return nil }
    guard let items = page["items"]?.array ?? (page["items"].map { $0.isNull } == true ? [] : nil) else {
      throw KubeError.decode("a list of \(type) without items")
    }
    pages += items.map { pruned($0) }
    if let token = page[["metadata", "continue"]]?.string, !token.isEmpty {
      state = .listing(pages: pages, token: token)
      return nil
    }
    guard let version = page[["metadata", "resourceVersion"]]?.string, !version.isEmpty else {
      throw KubeError.decode("a list of \(type) without a resourceVersion")
    }
    state = .watching(version: version)
    return .replace(pages)
  }

  /// Discovery found the type, or not.
  package mutating func discovered(served: Bool) {
    if served, case .absent = state { relist() }
  }

  // MARK: Answers to a watch

  /// - Parameter now: monotonic time, from any origin that stays the same.
  package mutating func opened(now: Duration) { openedAt = now }

  /// A line came. Throws what ends the watch: the server's error, or a line that is no event; tell ``failed(_:now:random:)`` then.
  package mutating func received(line: JSONValue) throws(KubeError) -> Change? {
    guard case .watching = state else { return nil }
    guard let kind = line["type"]?.string, let object = line["object"], object.object != nil else {
      throw KubeError.decode("a watch line that is no event")
    }
    if kind == "ERROR" { throw KubeError.status(APIStatus(object)) }
    guard let version = object[["metadata", "resourceVersion"]]?.string, !version.isEmpty else {
      throw KubeError.decode("a watch event without a resourceVersion")
    }
    state = .watching(version: version)
    switch kind {
    case "ADDED", "MODIFIED": return .upsert(pruned(object))
    case "DELETED": return .delete(pruned(object))
    case "BOOKMARK": return nil
    default: throw KubeError.decode("a watch event of unknown type \(kind)")
    }
  }

  /// The watch ended as the server planned it: it goes on from the last version.
  package mutating func ended(now: Duration, random: Double) {
    let lived = openedAt.map { now - $0 } ?? .zero
    openedAt = nil
    if lived >= Self.shortest {
      failures = 0
    } else {
      retryLater(nil, random: random)
      pause = max(pause, Self.shortest)
    }
  }

  // MARK: Failures of either

  /// A list or a watch failed, or broke off. What was copied stays; where the version is too old, a new list replaces it.
  package mutating func failed(_ error: KubeError, now: Duration, random: Double) -> Change? {
    failureCount += 1
    if let openedAt, now - openedAt >= Self.healthy { failures = 0 }
    openedAt = nil
    guard let status = error.status else {
      // Half a line costs nothing: the same version is asked for again. Answers that stay unreadable need a new list.
      if case .decode = error, failures > 2 { relist() }
      retryLater(nil, random: random)
      return nil
    }
    if status.isExpired {
      // Not the server's trouble but ours: list at once, unless that is what has just failed.
      if case .watching = state { failures = 0 } else { retryLater(status.retryAfter, random: random) }
      relist()
      return nil
    }
    if status.isNotFound {
      failures = 0
      state = .absent
      return .absent
    }
    retryLater(status.retryAfter, random: random)
    // Too many requests, no permission and a server in trouble say nothing against our version; a bad request may.
    if status.code == 400 || status.code == 0 { relist() } else { restartList() }
    return nil
  }

  private mutating func retryLater(_ asked: Duration?, random: Double) {
    pause = max(asked ?? .zero, backoff.delay(failures, random: random))
    failures += 1
  }

  private mutating func relist() { state = .listing(pages: [], token: nil) }

  /// A list that failed between pages goes on with its token, but not for ever.
  private mutating func restartList() {
    if case .listing = state, failures > 2 { relist() }
  }

  /// What nobody reads and everybody stores: a third of the bytes of an object. The copy must therefore never be written back whole.
  private func pruned(_ json: JSONValue) -> KubeObject {
    var object = KubeObject(json)
    if object.json["kind"] == nil { object.json["kind"] = .string(type.kind) }
    if object.json["apiVersion"] == nil { object.json["apiVersion"] = .string(type.apiVersion) }
    guard var metadata = json["metadata"]?.object else { return object }
    if let entries = metadata["managedFields"]?.array { metadata["managedFields"] = .array(entries.map(Self.writer)) }
    if var annotations = metadata["annotations"]?.object,
      annotations.removeValue(forKey: "kubectl.kubernetes.io/last-applied-configuration") != nil
    {
      metadata["annotations"] = annotations.isEmpty ? nil : .object(annotations)
    }
    object.json["metadata"] = .object(metadata)
    return object
  }

  /// Who wrote, and when; which fields is most of the bytes.
  private static func writer(_ entry: JSONValue) -> JSONValue {
    guard var entry = entry.object else { return entry }
    entry.removeValue(forKey: "fieldsV1")
    return .object(entry)
  }
}
