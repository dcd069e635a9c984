import ControllerRuntime
import JSON
import Kubernetes
import Testing

@Suite struct ExecutorTests {
  private let stores = StoreSet([Widget.type])
  private let metrics = RuntimeMetrics()
  private let transport = FakeTransport { request in
    guard request.method != .delete else { return .json(["kind": "Status", "status": "Success"]) }
    var answer = Widget.object("a")
    answer[["metadata", "uid"]] = "uid-a"
    return .json(answer.json)
  }
  private var executor: Executor { Executor(Client(transport, retry: .never), stores: stores, metrics: metrics) }

  private func intent(_ spec: JSONValue) -> KubeObject {
    var object = KubeObject(Widget.type, namespace: "n", name: "a")
    object["spec"] = spec
    return object
  }
  private func owned(_ object: KubeObject, by uid: String) -> KubeObject {
    var object = object
    object[["metadata", "ownerReferences"]] = [["apiVersion": "v1", "kind": "K", "name": "k", "uid": .string(uid), "controller": true]]
    return object
  }
  private func apply(_ spec: JSONValue) -> Decision { Decision([.apply(Widget.type, intent(spec), manager: "m")]) }
  private func cache(_ object: KubeObject) { stores[Widget.type]?.apply(.replace([object])) }

  @Test("What was applied and is still there is not applied again")
  func skips() async throws {
    let executor = executor
    try await executor.perform(apply(["x": 1]))
    cache(Widget.object("a", version: "2", spec: ["x": 1, "defaulted": true]))
    try await executor.perform(apply(["x": 1]))
    #expect(transport.requests.count == 1)
    #expect(metrics.value("actions_skipped_total", ["action": "apply"]) == 1)
  }

  @Test("After a start the first apply is made in any case: fields owned before may have to go")
  func firstApply() async throws {
    cache(Widget.object("a", version: "2", spec: ["x": 1, "y": 2]))
    try await executor.perform(apply(["x": 1]))
    #expect(transport.requests.count == 1)
  }

  @Test("Drift, a changed intent, a removed field and a new object of the same name are applied")
  func applies() async throws {
    let executor = executor
    try await executor.perform(apply(["x": 1, "y": 1]))
    cache(Widget.object("a", version: "2", spec: ["x": 2, "y": 1]))
    try await executor.perform(apply(["x": 1, "y": 1]))
    #expect(transport.requests.count == 2)
    cache(Widget.object("a", version: "3", spec: ["x": 1, "y": 1]))
    try await executor.perform(apply(["x": 1]))
    #expect(transport.requests.count == 3)
    var reborn = Widget.object("a", version: "9", spec: ["x": 1])
    reborn[["metadata", "uid"]] = "uid-new"
    cache(reborn)
    try await executor.perform(apply(["x": 1]))
    #expect(transport.requests.count == 4)
    cache(Widget.object("other"))
    try await executor.perform(apply(["x": 1]))
    #expect(transport.requests.count == 5)
  }

  @Test("What no copy knows is looked for first: it is created where it is not, and applied where it is ours")
  func guarded() async throws {
    let ours = owned(intent(["x": 1]), by: "u")
    for (live, force) in [(nil, "false"), (ours, "true")] as [(KubeObject?, String)] {
      let transport = FakeTransport { request in
        request.method == .get ? .json(["items": .array(live.map { [$0.json] } ?? [])]) : .json(ours.json)
      }
      let executor = Executor(Client(transport, retry: .never), stores: stores, guarded: [Widget.type])
      try await executor.perform(Decision([.apply(Widget.type, ours, manager: "m")]))
      #expect(transport.requests.map(\.method) == [.get, .patch])
      #expect(transport.requests[1].query.first { $0.name == "force" }?.value == force)
    }
    for live in [owned(Widget.object("a", spec: ["x": 2]), by: "another"), Widget.object("a")] {
      let transport = FakeTransport { _ in .json(["items": [live.json]]) }
      let executor = Executor(Client(transport, retry: .never), stores: stores, guarded: [Widget.type])
      let error = await #expect(throws: ExecutionError.self) {
        try await executor.perform(Decision([.apply(Widget.type, ours, manager: "m")]))
      }
      #expect(error?.isForeign == true)
      #expect(transport.requests.map(\.method) == [.get], "nothing is written")
      let snapshot = executor.foreign.added(to: Snapshot([Widget.type: [:]]))
      #expect(snapshot[Widget.type, Widget.key("a")] != nil, "the next decision sees it")
      #expect(executor.foreign.added(to: Snapshot([Widget.type: [:]]), now: .now + .seconds(46))[Widget.type].isEmpty)
    }
  }

  @Test("A status is written only when it changes")
  func status() async throws {
    let executor = executor
    var object = KubeObject(Widget.type, namespace: "n", name: "a")
    object["status"] = ["ready": true]
    var cached = Widget.object("a", version: "2")
    cached["status"] = ["ready": true, "others": 1]
    let decision = Decision([.applyStatus(Widget.type, object, manager: "m-status")])
    try await executor.perform(decision)
    cache(cached)
    try await executor.perform(decision)
    #expect(transport.requests.map(\.path) == ["/apis/podium.test/v1/namespaces/n/widgets/a/status"])
  }

  @Test("An object is behind until the store shows the status that was written last, or another object of its name")
  func behind() async throws {
    let key = ObjectKey(namespace: "n", name: "a")
    let transport = FakeTransport { _ in
      var answer = Widget.object("a", version: "10")
      answer[["metadata", "uid"]] = "uid-a"
      return .json(answer.json)
    }
    let executor = Executor(Client(transport, retry: .never), stores: stores)
    func show(_ version: String, uid: String = "uid-a") -> Bool {
      var object = Widget.object("a", version: version)
      object[["metadata", "uid"]] = .string(uid)
      cache(object)
      return executor.isBehind(Widget.type, key)
    }
    #expect(!show("9"))
    try await executor.perform(apply(["x": 1]))
    #expect(!show("9"), "a spec is compared with what is there, and written again")
    try await executor.perform(Decision([.applyStatus(Widget.type, intent(["x": 1]), manager: "m")]))
    #expect(show("9"))
    #expect(!show("10") && !show("11") && !show("abc") && !show("9", uid: "uid-b"))
    cache(Widget.object("other"))
    #expect(!executor.isBehind(Widget.type, key))
  }

  @Test("Actions are performed in order")
  func order() async throws {
    let decision = Decision([
      .apply(Widget.type, intent(["x": 1]), manager: "m"), .delete(Widget.type, Widget.key("b"), uid: "u"),
      .applyStatus(Widget.type, intent([:]), manager: "s"),
    ])
    try await executor.perform(decision)
    #expect(transport.requests.map(\.method) == [.patch, .delete, .patch])
    #expect(transport.requests[1].path.hasSuffix("/b"))
    #expect(transport.requests[2].path.hasSuffix("/a/status"))
  }

  @Test("The first action that fails ends the decision and is named")
  func failure() async throws {
    transport.become { _ in .json(.status(422, "Invalid", "spec.x must be 1"), status: 422) }
    let decision = Decision([.apply(Widget.type, intent(["x": 2]), manager: "m"), .delete(Widget.type, Widget.key("b"), uid: nil)])
    let error = await #expect(throws: ExecutionError.self) { try await executor.perform(decision) }
    #expect(error?.description == "apply widgets.podium.test n/a: 422 Invalid: spec.x must be 1")
    #expect(transport.requests.count == 1)
  }
}
