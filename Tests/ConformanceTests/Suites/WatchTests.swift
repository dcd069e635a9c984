import JSON
import TestKit
import Testing

@Suite("Watches")
struct WatchTests {
  @Test("A watch from a list's version sees every later change, in order", arguments: ControlPlaneUnderTest.all)
  func fromList(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    try await sandbox.api.post(path, ObjectTests.configMap("before")).must(201)
    let version = try await sandbox.api.get(path).must(200).resourceVersion
    // Changed before the watch opens: nothing between list and watch is lost.
    try await sandbox.api.post(path, ObjectTests.configMap("one")).must(201)
    let watch = try sandbox.api.watch(path, "resourceVersion=\(version)")
    try await sandbox.api.patch("\(path)/one", .mergePatch, ["data": ["a": "2"]]).must(200)
    try await sandbox.api.delete("\(path)/one").must(200)
    let events = try await watch.first(3)
    #expect(events.map(\.summary) == ["ADDED one", "MODIFIED one", "DELETED one"])
    #expect(events[1].object[["data", "a"]] == "2")
    let versions = events.compactMap { $0.object[["metadata", "resourceVersion"]]?.string.flatMap(Int.init) }
    #expect(versions == versions.sorted() && Set(versions).count == 3)
  }

  @Test("A watch without a version begins with what there is", arguments: ControlPlaneUnderTest.all)
  func fromNow(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("secrets")
    for name in ["a", "b"] {
      try await sandbox.api.post(path, ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name)]]).must(201)
    }
    let watch = try sandbox.api.watch(path, "resourceVersion=0")
    #expect(Set(try await watch.first(2).map(\.summary)) == ["ADDED a", "ADDED b"])
  }

  @Test("An object that enters or leaves the selection is added or deleted", arguments: ControlPlaneUnderTest.all)
  func selection(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    let version = try await sandbox.api.get(path).must(200).resourceVersion
    let watch = try sandbox.api.watch(path, "resourceVersion=\(version)&labelSelector=tier%3Dgold")
    try await sandbox.api.post(path, ObjectTests.configMap("other", labels: ["tier": "silver"])).must(201)
    try await sandbox.api.post(path, ObjectTests.configMap("one", labels: ["tier": "silver"])).must(201)
    for tier in ["gold", "silver"] {
      try await sandbox.api.patch("\(path)/one", .mergePatch, ["metadata": ["labels": ["tier": .string(tier)]]]).must(200)
    }
    try await sandbox.api.post(path, ObjectTests.configMap("last", labels: ["tier": "gold"])).must(201)
    #expect(try await watch.first(3).map(\.summary) == ["ADDED one", "DELETED one", "ADDED last"])
  }

  @Test("One name is watched by a field selector", arguments: ControlPlaneUnderTest.all)
  func oneName(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    let version = try await sandbox.api.get(path).must(200).resourceVersion
    let watch = try sandbox.api.watch(path, "resourceVersion=\(version)&fieldSelector=metadata.name%3Db")
    for name in ["a", "b"] { try await sandbox.api.post(path, ObjectTests.configMap(name)).must(201) }
    #expect(try await watch.first(1).map(\.summary) == ["ADDED b"])
  }

  @Test("A watch ends after the time it asked for, with a bookmark before", arguments: ControlPlaneUnderTest.all)
  func timeoutAndBookmark(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    try await widgets.create("one")
    let list = try await widgets.api.get(widgets.path).must(200)
    let query = "resourceVersion=\(list.resourceVersion)&allowWatchBookmarks=true&timeoutSeconds=4"
    // The API promises no bookmark, and a real server that has no time two seconds before the end sends none; ours always does.
    var bookmark: Watch.Event?
    for attempt in 0..<(target == .embedded ? 1 : 5) where bookmark == nil {
      let watch = try widgets.api.watch(widgets.path, query)
      try await widgets.create("two-\(attempt)")
      #expect(try await watch.child.wait(within: .seconds(60)) == 0)
      bookmark = watch.events.last { $0.type == "BOOKMARK" }
    }
    let last = try #require(bookmark, "no watch of \(query) brought a bookmark")
    #expect(last.object["kind"] == "Widget")
    #expect(last.object["apiVersion"] == .string("\(widgets.group)/v1"))
    #expect(Int(last.object[["metadata", "resourceVersion"]]?.string ?? "") ?? 0 >= Int(list.resourceVersion) ?? .max)
  }

  @Test("A version that is no longer kept gives 410, and a list starts over", arguments: ControlPlaneUnderTest.all)
  func expired(target: ControlPlaneUnderTest) async throws {
    // The real one keeps no events of a resource from before its definition; the embedded one is told to keep few.
    let sandbox = try await Sandbox(target == .embedded ? EmbeddedCluster.start(watchHistory: 5) : target.cluster())
    let widgets = try await Widgets(ownedBy: sandbox)
    for number in 0..<20 { try await widgets.create("w\(number)") }
    let watch = try widgets.api.watch(widgets.path, "resourceVersion=1")
    let event = try #require(try await watch.first(1).first)
    #expect(event.type == "ERROR")
    #expect(event.object["kind"] == "Status")
    #expect(event.object["code"]?.int == 410)
    #expect(event.object["reason"] == "Expired" || event.object["reason"] == "Gone")
    let list = try await widgets.api.get(widgets.path).must(200)
    let next = try widgets.api.watch(widgets.path, "resourceVersion=\(list.resourceVersion)")
    try await widgets.create("after")
    #expect(try await next.first(1).map(\.summary) == ["ADDED after"])
  }

  @Test("A bad version is a bad request", arguments: ControlPlaneUnderTest.all)
  func badVersion(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.api.get("\(sandbox.core("configmaps"))?watch=true&resourceVersion=soon&timeoutSeconds=1").must(400, 500)
    try await sandbox.api.get("\(sandbox.core("configmaps"))?resourceVersion=soon").must(400, 500)
  }

  @Test("A watch can be asked for as a table", arguments: ControlPlaneUnderTest.all)
  func tables(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    try await widgets.create("one")
    let reply = try await widgets.api.get("\(widgets.path)?watch=true&resourceVersion=0&timeoutSeconds=1", accept: API.table).must(200)
    let line = try #require(reply.text.split(separator: "\n").first)
    let event = try JSONValue(parsing: String(line))
    #expect(event["type"] == "ADDED")
    #expect(event[["object", "kind"]] == "Table")
    #expect(event[["object", "rows"]]?[0]?["cells"]?[0] == "one")
  }
}
