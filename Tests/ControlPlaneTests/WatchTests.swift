import JSON
import Kubernetes
import TestKit
import Testing

@testable import ControlPlane

@Suite struct WatchTests {
  private static let watch = "\(Objects.configMaps)?watch=true"

  @Test func aWatchSendsTheStateAndThenEveryChange() async throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    let watch = try plane.watch(Self.watch)
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("two"))
    _ = try plane.ask(.patch, "\(Objects.configMaps)/one", ["data": ["a": "1"]], type: "application/merge-patch+json")
    _ = try plane.ask(.delete, "\(Objects.configMaps)/two")
    try await until("four events") { watch.events.count == 4 }
    #expect(watch.events == ["ADDED one", "ADDED two", "MODIFIED one", "DELETED two"])
    let versions = watch.lines.compactMap { $0[["object", "metadata", "resourceVersion"]]?.string.flatMap { Int($0) } }
    #expect(versions == versions.sorted())
  }

  @Test func aWatchResumesWithWhatItMissed() async throws {
    let plane = try Plane()
    let created = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("two"))
    _ = try plane.ask(.delete, "\(Objects.configMaps)/one")
    let watch = try plane.watch("\(Self.watch)&resourceVersion=\(created.object.resourceVersion ?? "")")
    try await until("two events") { watch.events.count == 2 }
    #expect(watch.events == ["ADDED two", "DELETED one"])
  }

  @Test func aVersionBeforeTheHistoryIsExpiredInsideOfTheWatch() async throws {
    let plane = try Plane { $0.watchHistory = 4 }
    let created = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    for index in 0..<10 { _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("c\(index)")) }
    let watch = try plane.watch("\(Self.watch)&resourceVersion=\(created.object.resourceVersion ?? "")")
    try await until("the end") { watch.hasEnded }
    #expect(watch.lines.map { $0["type"] } == ["ERROR"])
    #expect(watch.lines[0][["object", "code"]] == 410)
    #expect(watch.lines[0][["object", "reason"]] == "Expired")
  }

  @Test func aSelectorTurnsChangesIntoComingAndGoing() async throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one", labels: ["app": "web"]))
    let watch = try plane.watch("\(Self.watch)&labelSelector=app%3Dweb")
    func label(_ value: String) throws {
      _ = try plane.ask(
        .patch, "\(Objects.configMaps)/one", ["metadata": ["labels": ["app": .string(value)]]], type: "application/merge-patch+json")
    }
    try label("db")
    try label("other")
    try label("web")
    try await until("three events") { watch.events.count == 3 }
    #expect(watch.events == ["ADDED one", "DELETED one", "ADDED one"])
  }

  @Test func bookmarksCarryTheNewestVersionAndOnlyOnRequest() async throws {
    let plane = try Plane()
    let with = try plane.watch("\(Self.watch)&allowWatchBookmarks=true")
    let without = try plane.watch(Self.watch)
    _ = try plane.ask(.post, "/api/v1/namespaces/kube-system/configmaps", Objects.configMap("elsewhere"))
    let current = try plane.ask(.get, Objects.configMaps).json[["metadata", "resourceVersion"]]
    try await until("a bookmark at \(current ?? .null)") {
      with.bookmarks.last?[["object", "metadata", "resourceVersion"]] == current
    }
    #expect(without.lines.isEmpty)
    #expect(with.events.isEmpty)
  }

  @Test func aStreamingListEndsWithAMarkedBookmark() async throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    let query = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    let watch = try plane.watch(Self.watch + query)
    try await until("the mark") { !watch.bookmarks.isEmpty }
    #expect(watch.events == ["ADDED one"])
    #expect(watch.bookmarks[0][["object", "metadata", "annotations", "k8s.io/initial-events-end"]] == "true")
  }

  @Test func aWatchEndsAtItsTimeout() async throws {
    let plane = try Plane()
    let watch = try plane.watch("\(Self.watch)&timeoutSeconds=1")
    try await until("the end") { watch.hasEnded }
    #expect(watch.lines.isEmpty)
  }

  @Test func parallelUpdatesHaveOneWinnerAndNoEventIsLost() async throws {
    let plane = try Plane()
    let created = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    let watch = try plane.watch("\(Self.watch)&resourceVersion=\(created.object.resourceVersion ?? "")")
    for round in 0..<5 {
      let seen = try plane.ask(.get, "\(Objects.configMaps)/one").json
      let codes = try await withThrowingTaskGroup(of: Int.self) { group in
        for writer in 0..<100 {
          group.addTask {
            var mine = seen
            mine["data"] = ["by": .string("\(round)-\(writer)")]
            return try plane.ask(.put, "\(Objects.configMaps)/one", mine).code
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(codes.filter { $0 == 200 }.count == 1)
      #expect(codes.filter { $0 == 409 }.count == 99)
    }
    try await until("five events") { watch.events.count == 5 }
    let parallel = 100
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<parallel {
        group.addTask {
          let patch: JSONValue = ["data": [("w\(writer)"): "1"]]
          let answer = try plane.ask(.patch, "\(Objects.configMaps)/one", patch, type: "application/merge-patch+json")
          guard answer.code == 200 else { throw TestKitError("\(answer.message)") }
        }
      }
      try await group.waitForAll()
    }
    try await until("all events") { watch.events.count == 5 + parallel }
    #expect(watch.lines.last?[["object", "data"]]?.object?.count == parallel + 1)
  }
}
