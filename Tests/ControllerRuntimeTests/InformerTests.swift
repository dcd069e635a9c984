import ControllerRuntime
import JSON
import Kubernetes
import Synchronization
import TestKit
import Testing

@Suite struct InformerTests {
  private let store = Store(Widget.type)
  private let seen = Seen()

  private final class Seen: Sendable {
    private let keys = Mutex<[String]>([])
    func add(_ new: [ObjectKey]) { keys.withLock { $0 += new.map(\.name) } }
    var names: [String] { keys.withLock { $0 } }
    func clear() { keys.withLock { $0 = [] } }
  }

  /// Runs an informer for as long as `body` takes.
  private func following(_ transport: FakeTransport, options: Informer.Options = .quick, _ body: () async throws -> Void) async throws {
    store.subscribe { [seen] keys in seen.add(keys) }
    let task = Task { [store] in await Informer(store, Client(transport), options: options).run() }
    defer { task.cancel() }
    try await body()
    task.cancel()
    await task.value
  }

  @Test("The copy is the list and then follows the watch; subscribers get keys, and equal versions are no news")
  func follows() async throws {
    let watch = FakeStream()
    let transport = FakeTransport { $0.isWatch ? .stream(watch) : .json(Widget.list([Widget.object("a")], version: "5")) }
    try await following(transport) {
      try await eventually("the list") { store.hasSynced }
      #expect(store.objects?.keys.map(\.name) == ["a"])
      watch.send(Widget.line("ADDED", Widget.object("b", version: "6")))
      watch.send(Widget.line("MODIFIED", Widget.object("a", version: "1")))
      watch.send(Widget.line("MODIFIED", Widget.object("b", version: "7", spec: ["x": 1])))
      watch.send(Widget.line("DELETED", Widget.object("a", version: "8")))
      try await eventually("all events") { store[Widget.key("a")] == nil && store[Widget.key("b")]?.resourceVersion == "7" }
      #expect(seen.names == ["a", "b", "b", "a"])
      #expect(transport.requests.last?.parameter("resourceVersion") == "5")
    }
  }

  @Test("Lines may be cut anywhere")
  func cuts() async throws {
    let watch = FakeStream()
    let transport = FakeTransport { $0.isWatch ? .stream(watch) : .json(Widget.list([], version: "5")) }
    try await following(transport) {
      for byte in (Widget.line("ADDED", Widget.object("a", version: "6")) + "\n" + Widget.line("ADDED", Widget.object("b", version: "7")))
        .utf8
      {
        watch.send([byte])
      }
      try await eventually("both") { store.count == 2 }
    }
  }

  @Test("Half a watch line is nothing: the watch goes on from the version before it")
  func halfLine() async throws {
    let streams = [FakeStream(), FakeStream()]
    let transport = FakeTransport { request in
      guard request.isWatch else { return .json(Widget.list([], version: "5")) }
      return .stream(request.parameter("resourceVersion") == "5" ? streams[0] : streams[1])
    }
    try await following(transport) {
      streams[0].send(Widget.line("ADDED", Widget.object("a", version: "6")))
      streams[0].send("{\"type\":\"ADDED\",\"object\":{\"metad")
      streams[0].end()
      streams[1].send(Widget.line("ADDED", Widget.object("b", version: "7")))
      try await eventually("the object after the break") { store.count == 2 }
      #expect(transport.count { !$0.isWatch } == 1)
      #expect(transport.requests.last?.parameter("resourceVersion") == "6")
    }
  }

  @Test("A connection that breaks is made again, and nothing is listed anew")
  func breaks() async throws {
    let streams = [FakeStream(), FakeStream()]
    let transport = FakeTransport { request in
      guard request.isWatch else { return .json(Widget.list([], version: "5")) }
      return .stream(request.parameter("resourceVersion") == "5" ? streams[0] : streams[1])
    }
    try await following(transport) {
      streams[0].send(Widget.line("ADDED", Widget.object("a", version: "6")))
      streams[0].fail(TransportError(.interrupted, "reset"))
      streams[1].send(Widget.line("DELETED", Widget.object("a", version: "7")))
      try await eventually("the second watch") { transport.count { $0.isWatch } == 2 && store.count == 0 }
      #expect(transport.count { !$0.isWatch } == 1)
    }
  }

  @Test("An expired watch is followed by a new list: what went meanwhile goes, what came comes, the rest is no news")
  func expired() async throws {
    let streams = [FakeStream(), FakeStream()]
    let lists = Mutex(0)
    let transport = FakeTransport { request in
      guard !request.isWatch else { return .stream(request.parameter("resourceVersion") == "5" ? streams[0] : streams[1]) }
      let first = lists.withLock { count in
        count += 1
        return count == 1
      }
      return first
        ? .json(Widget.list([Widget.object("a"), Widget.object("b")], version: "5"))
        : .json(Widget.list([Widget.object("b"), Widget.object("c")], version: "90"))
    }
    try await following(transport) {
      try await eventually("the first list") { store.count == 2 }
      seen.clear()
      let gone = JSONValue.object(["type": "ERROR", "object": .status(410, "Expired")]).text() + "\n"
      streams[0].send(gone)
      try await eventually("the second list") { store[Widget.key("c")] != nil }
      #expect(seen.names.sorted() == ["a", "c"])
      #expect(store[Widget.key("a")] == nil)
      try await eventually("the second watch") { transport.requests.last?.parameter("resourceVersion") == "90" }
    }
  }

  @Test(
    "A server in trouble is asked again until it answers",
    arguments: [
      .failure(TransportError(.unreachable, "refused")), .json(.status(500, "InternalError"), status: 500),
      .json(.status(429, "TooManyRequests"), status: 429), .bytes("<html>bad gateway</html>", status: 502), .bytes("{\"items\":"),
      .bytes("{}"), .json(.status(403, "Forbidden"), status: 403), .failure(TransportError(.tls, "wrong certificate")),
    ] as [FakeTransport.Reply])
  func trouble(reply: FakeTransport.Reply) async throws {
    let count = Mutex(0)
    let watch = FakeStream()
    let transport = FakeTransport { request in
      if request.isWatch { return .stream(watch) }
      let isEarly = count.withLock { count in
        count += 1
        return count < 4
      }
      return isEarly ? reply : .json(Widget.list([Widget.object("a")], version: "5"))
    }
    try await following(transport) {
      try await eventually("a list at last") { store.count == 1 }
      #expect(transport.count { !$0.isWatch } == 4)
    }
  }

  @Test("A type that is not served has no collection; its CRD appears and disappears, and so do its objects")
  func optionalType() async throws {
    let stores = StoreSet([Widget.type])
    let watch = FakeStream()
    let unserved: FakeTransport.Answer = { _ in .json(.status(404, "NotFound"), status: 404) }
    let transport = FakeTransport(unserved)
    let task = Task { await stores.run(Client(transport), options: .quick) }
    defer { task.cancel() }
    try await eventually("it is known to be absent") { stores.hasSynced }
    #expect(!stores.snapshot().isServed(Widget.type))
    transport.become { request in
      if request.isWatch { return .stream(watch) }
      if request.path == "/apis/podium.test/v1" { return .json(["resources": [["name": "widgets"]]]) }
      return .json(Widget.list([Widget.object("a")], version: "5"))
    }
    try await eventually("it appears") { stores.snapshot()[Widget.type, Widget.key("a")] != nil }
    #expect(stores.snapshot().isServed(Widget.type))
    transport.become(unserved)
    watch.end()
    try await eventually("it disappears", within: .seconds(60)) { !stores.snapshot().isServed(Widget.type) }
    #expect(stores.snapshot()[Widget.type].isEmpty)
  }

  @Test("A resync brings every key back")
  func resync() async throws {
    let transport = FakeTransport { $0.isWatch ? .silence : .json(Widget.list([Widget.object("a"), Widget.object("b")], version: "5")) }
    var options = Informer.Options.quick
    options.resyncPeriod = .milliseconds(20)
    try await following(transport, options: options) {
      try await eventually("several rounds") { seen.names.count >= 6 }
      #expect(Set(seen.names) == ["a", "b"])
    }
  }

  @Test("Many watches on one transport end together when they are cancelled")
  func manyWatches() async throws {
    let types = (0..<60).map { ResourceType(group: "g\($0).test", version: "v1", kind: "Widget", plural: "widgets") }
    let stores = StoreSet(types)
    let transport = FakeTransport { $0.isWatch ? .silence : .json(Widget.list([Widget.object("a")], version: "5")) }
    let task = Task { await stores.run(Client(transport), options: .quick) }
    try await stores.waitUntilSynced()
    try await eventually("all watches") { transport.count(\.isWatch) == 60 }
    task.cancel()
    await task.value
    #expect(types.allSatisfy { stores.snapshot().isServed($0) })
  }

  @Test("Subscribers that map objects get the keys of the old and of the new owner")
  func mapping() {
    store.subscribe(mapping: { [ObjectKey(namespace: "n", name: $0[["spec", "owner"]]?.string ?? "?")] }) { [seen] keys in seen.add(keys) }
    store.apply(.replace([Widget.object("a", version: "1", spec: ["owner": "x"])]))
    store.apply(.upsert(Widget.object("a", version: "2", spec: ["owner": "y"])))
    store.apply(.delete(Widget.object("a", version: "3", spec: ["owner": "z"])))
    #expect(seen.names == ["x", "x", "y", "y"])
  }
}
