import JSON
import Kubernetes
import Testing

@Suite struct WatcherTests {
  static let type = ResourceType(group: "podium.test", version: "v1", kind: "Widget", plural: "widgets")
  private var watcher = Watcher(Self.type)

  private static func object(_ name: String, _ version: String) -> JSONValue {
    [
      "apiVersion": "podium.test/v1", "kind": "Widget",
      "metadata": ["name": .string(name), "namespace": "n", "resourceVersion": .string(version)],
    ]
  }
  private static func page(_ items: [JSONValue], version: String, token: String? = nil) -> JSONValue {
    var metadata: JSONValue = ["resourceVersion": .string(version)]
    if let token { metadata["continue"] = .string(token) }
    return ["items": .array(items), "metadata": metadata]
  }
  private static func line(_ type: String, _ object: JSONValue) -> JSONValue { ["type": .string(type), "object": object] }
  private static func refused(_ code: Int, retryAfter: Duration? = nil) -> KubeError {
    .status(APIStatus(code: code, retryAfter: retryAfter))
  }
  private mutating func start() throws {
    _ = watcher.next(random: 0)
    #expect(try watcher.received(page: Self.page([Self.object("a", "1")], version: "10")) == .replace([KubeObject(Self.object("a", "1"))]))
    watcher.opened(now: .zero)
  }
  private mutating func target(_ random: Double = 0) -> (Duration, String) {
    switch watcher.next(random: random) {
    case (let pause, .list(let request)), (let pause, .watch(let request)): (pause, request.target)
    case (let pause, .discover): (pause, "discover")
    }
  }

  @Test("A list of several pages replaces the copy once, and the watch starts at its version")
  mutating func pages() throws {
    #expect(target() == (.zero, "/apis/podium.test/v1/widgets?limit=500"))
    #expect(try watcher.received(page: Self.page([Self.object("a", "1")], version: "10", token: "next/1")) == nil)
    #expect(target() == (.zero, "/apis/podium.test/v1/widgets?limit=500&continue=next%2F1"))
    let change = try watcher.received(page: Self.page([Self.object("b", "2")], version: "10"))
    #expect(change == .replace([KubeObject(Self.object("a", "1")), KubeObject(Self.object("b", "2"))]))
    let query = "watch=1&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=450"
    #expect(target(0.5) == (.zero, "/apis/podium.test/v1/widgets?\(query)"))
  }

  @Test("Items without kind get it from the list's type, and what nobody reads is left out")
  mutating func pruning() throws {
    _ = watcher.next(random: 0)
    let item: JSONValue = [
      "metadata": [
        "name": "a", "resourceVersion": "1", "managedFields": [["manager": "x", "fieldsV1": ["f:spec": [:]]]],
        "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{}"],
      ]
    ]
    guard case .replace(let objects)? = try watcher.received(page: Self.page([item], version: "1")) else { return #expect(Bool(false)) }
    #expect(objects[0].kind == "Widget")
    #expect(objects[0].apiVersion == "podium.test/v1")
    #expect(objects[0]["metadata"] == ["name": "a", "resourceVersion": "1", "managedFields": [["manager": "x"]]])
  }

  @Test("Events change the copy; bookmarks only move the version")
  mutating func events() throws {
    try start()
    #expect(try watcher.received(line: Self.line("ADDED", Self.object("b", "11"))) == .upsert(KubeObject(Self.object("b", "11"))))
    #expect(try watcher.received(line: Self.line("MODIFIED", Self.object("b", "12"))) == .upsert(KubeObject(Self.object("b", "12"))))
    #expect(try watcher.received(line: Self.line("DELETED", Self.object("b", "13"))) == .delete(KubeObject(Self.object("b", "13"))))
    #expect(try watcher.received(line: Self.line("BOOKMARK", ["metadata": ["resourceVersion": "40"]])) == nil)
    #expect(watcher.state == .watching(version: "40"))
  }

  @Test("A watch that ends in time goes on at once from the last version, one that ends at once after a pause")
  mutating func ends() throws {
    try start()
    _ = try watcher.received(line: Self.line("ADDED", Self.object("b", "11")))
    watcher.ended(now: .seconds(300), random: 0)
    #expect(watcher.next(random: 0).pause == .zero)
    #expect(watcher.state == .watching(version: "11"))
    watcher.opened(now: .seconds(300))
    watcher.ended(now: .seconds(300), random: 0)
    #expect(watcher.next(random: 0).pause == .seconds(1))
  }

  @Test("An expired version leads to a new list at once, and the copy stays until it is there")
  mutating func expired() throws {
    try start()
    let gone: JSONValue = ["kind": "Status", "code": 410, "reason": "Expired", "message": "too old"]
    let error = #expect(throws: KubeError.self) { try watcher.received(line: Self.line("ERROR", gone)) }
    #expect(watcher.failed(try #require(error), now: .seconds(1), random: 0) == nil)
    #expect(target() == (.zero, "/apis/podium.test/v1/widgets?limit=500"))
  }

  @Test("An expired token starts the list over after a pause")
  mutating func expiredToken() throws {
    _ = watcher.next(random: 0)
    _ = try watcher.received(page: Self.page([Self.object("a", "1")], version: "10", token: "t"))
    #expect(watcher.failed(Self.refused(410), now: .zero, random: 0) == nil)
    #expect(target() == (.milliseconds(800), "/apis/podium.test/v1/widgets?limit=500"))
  }

  @Test("Failures back off from 0.8 s to 30 s, keep the version, and start over after a healthy watch")
  mutating func backoff() throws {
    try start()
    var pauses: [Duration] = []
    for _ in 0..<8 {
      _ = watcher.failed(.transport("broken", isTransient: true), now: .zero, random: 0)
      pauses.append(watcher.next(random: 0).pause)
    }
    #expect(pauses[0] == .milliseconds(800))
    #expect(pauses[1] == .milliseconds(1600))
    #expect(pauses[7] == .seconds(30))
    #expect(watcher.state == .watching(version: "10"))
    watcher.opened(now: .seconds(100))
    _ = watcher.failed(.transport("broken", isTransient: true), now: .seconds(221), random: 0)
    #expect(watcher.next(random: 0).pause == .milliseconds(800))
  }

  @Test("The server's Retry-After counts when it is longer than the backoff", arguments: [429, 503])
  mutating func retryAfter(code: Int) throws {
    try start()
    _ = watcher.failed(Self.refused(code, retryAfter: .seconds(7)), now: .zero, random: 0)
    #expect(watcher.next(random: 0).pause == .seconds(7))
    #expect(watcher.state == .watching(version: "10"))
  }

  @Test("A type that is not served empties the copy and is looked for until it appears")
  mutating func absent() throws {
    try start()
    #expect(watcher.failed(Self.refused(404), now: .zero, random: 0) == .absent)
    #expect(target() == (.seconds(5), "discover"))
    watcher.discovered(served: false)
    #expect(target() == (.seconds(5), "discover"))
    watcher.discovered(served: true)
    #expect(target() == (.zero, "/apis/podium.test/v1/widgets?limit=500"))
  }

  @Test(
    "What is no event ends the watch, and the same version is asked for again",
    arguments: [
      [:], ["type": "ADDED"], ["type": "ADDED", "object": 3], ["type": "ADDED", "object": ["metadata": [:]]],
      ["type": "STRANGE", "object": ["metadata": ["resourceVersion": "11"]]],
    ] as [JSONValue])
  mutating func nonsense(line: JSONValue) throws {
    try start()
    let error = #expect(throws: KubeError.self) { try watcher.received(line: line) }
    _ = watcher.failed(try #require(error), now: .zero, random: 0)
    guard case .watching = watcher.state else { return #expect(Bool(false)) }
    #expect(watcher.next(random: 0).pause == .milliseconds(800))
  }

  @Test("Answers that stay unreadable lead to a new list")
  mutating func unreadable() throws {
    try start()
    for _ in 0..<4 { _ = watcher.failed(.decode("no JSON"), now: .zero, random: 0) }
    #expect(watcher.state == .listing(pages: [], token: nil))
  }
}
