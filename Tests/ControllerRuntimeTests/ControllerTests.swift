import ControllerRuntime
import Kubernetes
import Synchronization
import TestKit
import Testing

@Suite struct ControllerTests {
  private struct Failure: Error {}

  /// What a reconciler was asked, and whether a key was ever worked on twice at a time.
  private final class Record: Sendable {
    struct State {
      var running: Set<ObjectKey> = []
      var counts: [String: Int] = [:]
      var overlaps = 0
      var mostAtOnce = 0
    }
    let state = Mutex(State())

    func during(_ key: ObjectKey, _ body: () async throws -> Void) async rethrows {
      state.withLock { state in
        if !state.running.insert(key).inserted { state.overlaps += 1 }
        state.mostAtOnce = max(state.mostAtOnce, state.running.count)
        state.counts[key.name, default: 0] += 1
      }
      defer { state.withLock { _ = $0.running.remove(key) } }
      try await body()
    }
    func count(_ name: String) -> Int { state.withLock { $0.counts[name] ?? 0 } }
  }
  private let record = Record()

  @Test("In a storm of events every key is reconciled after its last event, several at once, none twice at a time")
  func storm() async throws {
    let versions = Mutex<[String: Int]>([:])
    let seen = Mutex<[String: Int]>([:])
    let controller = Controller("storm", workers: 4) { [record] key in
      await record.during(key) {
        let version = versions.withLock { $0[key.name] ?? 0 }
        await Task.yield()
        seen.withLock { $0[key.name] = version }
      }
      return nil
    }
    let task = Task { await controller.run() }
    defer { task.cancel() }
    for event in 0..<10_000 {
      let name = "k\(event % 97)"
      versions.withLock { $0[name, default: 0] += 1 }
      controller.enqueue([Widget.key(name)])
      if event % 500 == 0 { await Task.yield() }
    }
    try await eventually("the newest of every key was seen") { seen.withLock { $0 } == versions.withLock { $0 } }
    #expect(record.state.withLock { $0.overlaps } == 0)
    #expect(record.state.withLock { $0.mostAtOnce } <= 4)
    try await eventually("nothing is left") { controller.depth == 0 }
  }

  @Test("A key that fails comes back until it succeeds, and others are not held up")
  func failures() async throws {
    let metrics = RuntimeMetrics()
    let controller = Controller("c", workers: 2, metrics: metrics) { [record] key in
      try await record.during(key) { if key.name == "bad", record.count("bad") < 4 { throw Failure() } }
      return nil
    }
    let task = Task { await controller.run() }
    defer { task.cancel() }
    controller.enqueue([Widget.key("bad"), Widget.key("good")])
    try await eventually("both are done") { record.count("bad") == 4 && record.count("good") == 1 }
    try await eventually("they were counted") {
      metrics.value("reconciles_total", ["controller": "c", "result": "error"]) == 3
        && metrics.value("reconciles_total", ["controller": "c", "result": "success"]) == 2
    }
  }

  @Test("A reconciler that wants to look again is asked again")
  func again() async throws {
    let controller = Controller("c") { [record] key in
      await record.during(key) {}
      return record.count(key.name) < 5 ? .milliseconds(1) : nil
    }
    let task = Task { await controller.run() }
    defer { task.cancel() }
    controller.enqueue([Widget.key("a")])
    try await eventually("five times") { record.count("a") == 5 }
  }

  @Test("Keys added while nobody works are worked on when somebody does, also in a second run")
  func restart() async throws {
    let controller = Controller("c") { [record] key in
      await record.during(key) {}
      return nil
    }
    for round in 1...3 {
      controller.enqueue([Widget.key("a"), Widget.key("b")])
      let task = Task { await controller.run() }
      try await eventually("round \(round)") { record.count("a") == round && record.count("b") == round }
      task.cancel()
      await task.value
    }
  }

  @Test("What a controller made brings its owner back")
  func owners() {
    var child = Widget.object("child")
    child[["metadata", "ownerReferences"]] = [
      ["apiVersion": "podium.test/v1", "kind": "Widget", "name": "parent", "uid": "u", "controller": true],
      ["apiVersion": "podium.test/v1", "kind": "Widget", "name": "not-controlling", "uid": "u"],
      ["apiVersion": "apps/v1", "kind": "Widget", "name": "other-group", "uid": "u", "controller": true],
    ]
    #expect(controllingOwner(Widget.type)(child) == [Widget.key("parent")])
  }
}
