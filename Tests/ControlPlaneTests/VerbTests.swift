import JSON
import Kubernetes
import Testing

@testable import ControlPlane

@Suite struct VerbTests {
  @Test func aCreatedObjectReadsBackWithItsSystemFields() throws {
    let plane = try Plane()
    let created = try plane.ask(.post, Objects.configMaps, Objects.configMap("one", data: ["a": "1"]))
    #expect(created.code == 201)
    #expect(created.object.creationTimestamp == plane.clock.now.rfc3339)
    #expect(created.object.uid?.count == 36)
    let read = try plane.ask(.get, "\(Objects.configMaps)/one")
    #expect(read.code == 200)
    #expect(read.json == created.json)
    #expect(read.object.generation == 0)
  }

  @Test func creatingTwiceIsAlreadyExists() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    let again = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    #expect(again.code == 409)
    #expect(again.reason == "AlreadyExists")
    #expect(again.message == "configmaps \"one\" already exists")
  }

  @Test func generateNameMakesDistinctNames() throws {
    let plane = try Plane()
    let body: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["generateName": "run-"]]
    let names = try (0..<20).map { _ in try plane.ask(.post, Objects.configMaps, body).object.name }
    #expect(Set(names).count == 20)
    #expect(names.allSatisfy { $0.hasPrefix("run-") && $0.count == 9 })
  }

  @Test func aMissingNamespaceIsNotFound() throws {
    let plane = try Plane()
    let answer = try plane.ask(.post, "/api/v1/namespaces/nowhere/configmaps", Objects.configMap("one"))
    #expect(answer.code == 404)
    #expect(answer.message == "namespaces \"nowhere\" not found")
  }

  @Test func badNamesAndLabelsAreRefusedWithTheFieldAndTheRule() throws {
    let plane = try Plane()
    let answer = try plane.ask(.post, Objects.configMaps, Objects.configMap("Upper_Case", labels: ["a": "not valid!"]))
    #expect(answer.code == 422)
    #expect(answer.reason == "Invalid")
    #expect(answer.json[["details", "causes"]]?.array?.compactMap { $0["field"]?.string } == ["metadata.name", "metadata.labels"])
    #expect(answer.message.contains("lowercase RFC 1123 subdomain"))
  }

  @Test func aPutOfAnOldVersionIsAConflictAndOneWithoutAVersionIsNot() throws {
    let plane = try Plane()
    let created = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    var changed = created.json
    changed["data"] = ["a": "1"]
    #expect(try plane.ask(.put, "\(Objects.configMaps)/one", changed).code == 200)
    let stale = try plane.ask(.put, "\(Objects.configMaps)/one", changed)
    #expect(stale.code == 409)
    #expect(stale.reason == "Conflict")
    #expect(stale.message.contains("the object has been modified; please apply your changes to the latest version and try again"))
    changed[["metadata", "resourceVersion"]] = nil
    changed["data"] = ["a": "2"]
    #expect(try plane.ask(.put, "\(Objects.configMaps)/one", changed).code == 200)
    #expect(try plane.ask(.put, "\(Objects.configMaps)/two", Objects.configMap("two")).code == 404)
  }

  @Test func aWriteThatChangesNothingKeepsTheVersion() throws {
    let plane = try Plane()
    let created = try plane.ask(.post, Objects.configMaps, Objects.configMap("one", data: ["a": "1"]))
    let same = try plane.ask(.patch, "\(Objects.configMaps)/one", ["data": ["a": "1"]], type: "application/merge-patch+json")
    #expect(same.object.resourceVersion == created.object.resourceVersion)
  }

  @Test func everyKindOfPatchChangesAnObject() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one", data: ["a": "1"]))
    let path = "\(Objects.configMaps)/one"
    _ = try plane.ask(.patch, path, ["data": ["b": "2"]], type: "application/merge-patch+json")
    _ = try plane.ask(.patch, path, ["data": ["c": "3"]], type: "application/strategic-merge-patch+json")
    _ = try plane.ask(.patch, path, [["op": "remove", "path": "/data/a"]], type: "application/json-patch+json")
    let intent = Objects.configMap("one", data: ["d": "4"])
    let applied = try plane.ask(.patch, "\(path)?fieldManager=tests", intent, type: "application/apply-patch+yaml")
    #expect(applied.code == 200)
    #expect(applied.json["data"] == ["b": "2", "c": "3", "d": "4"])
  }

  @Test func applyCreatesWhatIsMissingAndNeedsAManager() throws {
    let plane = try Plane()
    let path = "\(Objects.configMaps)/one"
    let anonymous = try plane.ask(.patch, path, Objects.configMap("one"), type: "application/apply-patch+yaml")
    #expect(anonymous.code == 422)
    #expect(anonymous.message.contains("fieldManager: Required value"))
    let created = try plane.ask(.patch, "\(path)?fieldManager=tests", Objects.configMap("one"), type: "application/apply-patch+yaml")
    #expect(created.code == 201)
  }

  @Test func dryRunsAnswerButChangeNothing() throws {
    let plane = try Plane()
    let before = try plane.ask(.get, Objects.configMaps).json[["metadata", "resourceVersion"]]
    let created = try plane.ask(.post, "\(Objects.configMaps)?dryRun=All", Objects.configMap("one"))
    #expect(created.code == 201)
    #expect(try plane.ask(.get, "\(Objects.configMaps)/one").code == 404)
    #expect(try plane.ask(.get, Objects.configMaps).json[["metadata", "resourceVersion"]] == before)
    #expect(try plane.ask(.post, "\(Objects.configMaps)?dryRun=Some", Objects.configMap("one")).code == 400)
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    #expect(try plane.ask(.delete, "\(Objects.configMaps)/one?dryRun=All").code == 200)
    #expect(try plane.ask(.get, "\(Objects.configMaps)/one").code == 200)
  }

  @Test func deletePreconditionsProtectTheWrongObject() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("one"))
    let wrong = try plane.ask(.delete, "\(Objects.configMaps)/one", ["preconditions": ["uid": "other"]])
    #expect(wrong.code == 409)
    let gone = try plane.ask(.delete, "\(Objects.configMaps)/one")
    #expect(gone.json["status"] == "Success")
    #expect(try plane.ask(.delete, "\(Objects.configMaps)/one").reason == "NotFound")
  }

  @Test func aFinalizerHoldsAnObjectUntilItIsRemoved() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("held", metadata: ["finalizers": ["example.com/hold"]]))
    let deleted = try plane.ask(.delete, "\(Objects.configMaps)/held")
    #expect(deleted.object.isBeingDeleted)
    let added: JSONValue = ["metadata": ["finalizers": ["example.com/hold", "example.com/late"]]]
    #expect(try plane.ask(.patch, "\(Objects.configMaps)/held", added, type: "application/merge-patch+json").code == 422)
    let released = try plane.ask(
      .patch, "\(Objects.configMaps)/held", ["metadata": ["finalizers": nil]], type: "application/merge-patch+json")
    #expect(released.code == 200)
    #expect(try plane.ask(.get, "\(Objects.configMaps)/held").code == 404)
  }

  @Test func selectorsChooseByLabelsAndFields() throws {
    let plane = try Plane()
    for (name, app) in [("a", "web"), ("b", "db"), ("c", "web")] {
      _ = try plane.ask(.post, Objects.configMaps, Objects.configMap(name, labels: ["app": app]))
    }
    func names(_ query: String) throws -> [String] {
      try plane.ask(.get, "\(Objects.configMaps)?\(query)").json["items"]?.array?.map { KubeObject($0).name } ?? []
    }
    #expect(try names("labelSelector=app%3Dweb") == ["a", "c"])
    #expect(try names("labelSelector=app%20in%20(db,x)") == ["b"])
    #expect(try names("labelSelector=app!%3Dweb,app") == ["b"])
    #expect(try names("fieldSelector=metadata.name%3Dc") == ["c"])
    #expect(try names("fieldSelector=metadata.name!%3Dc&labelSelector=app%3Dweb") == ["a"])
    #expect(try plane.ask(.get, "\(Objects.configMaps)?fieldSelector=spec.x%3D1").message == "field label not supported: spec.x")
    #expect(try plane.ask(.get, "\(Objects.configMaps)?labelSelector=a%20in%20b").code == 400)
  }

  @Test func pagesOfAListShowOneVersion() throws {
    let plane = try Plane()
    for index in 0..<5 { _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("c\(index)")) }
    let first = try plane.ask(.get, "\(Objects.configMaps)?limit=2").json
    #expect(first[["metadata", "remainingItemCount"]] == 3)
    _ = try plane.ask(.delete, "\(Objects.configMaps)/c3")
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("c9"))
    var names = first["items"]?.array?.map { KubeObject($0).name } ?? []
    var token = first[["metadata", "continue"]]?.string
    while let next = token {
      let page = try plane.ask(.get, "\(Objects.configMaps)?limit=2&continue=\(next)").json
      #expect(page[["metadata", "resourceVersion"]] == first[["metadata", "resourceVersion"]])
      names += page["items"]?.array?.map { KubeObject($0).name } ?? []
      token = page[["metadata", "continue"]]?.string
    }
    #expect(names == ["c0", "c1", "c2", "c3", "c4"])
    #expect(try plane.ask(.get, "\(Objects.configMaps)?limit=2&continue=v1.99").code == 410)
  }

  @Test func protectedNamespacesStay() throws {
    let plane = try Plane()
    #expect(try plane.ask(.delete, "/api/v1/namespaces/default").code == 403)
    #expect(try plane.ask(.get, "/api/v1/namespaces").json["items"]?.array?.count == 4)
  }

  @Test func protobufBodiesOfBuiltInKindsAreRead() throws {
    let plane = try Plane()
    // kubectl 1.33 create namespace foo.
    let body: [UInt8] =
      [0x6b, 0x38, 0x73, 0, 0x0a, 0x0f, 0x0a, 0x02, 0x76, 0x31, 0x12, 0x09] + Array("Namespace".utf8)
      + [0x12, 0x1b, 0x0a, 0x13, 0x0a, 0x03] + Array("foo".utf8)
      + [0x12, 0, 0x1a, 0, 0x22, 0, 0x2a, 0, 0x32, 0, 0x38, 0, 0x42, 0, 0x12, 0, 0x1a, 0x02, 0x0a, 0, 0x1a, 0, 0x22, 0]
    let request = ServerRequest(
      method: .post, target: "/api/v1/namespaces", contentType: "application/vnd.kubernetes.protobuf", body: body)
    guard case .whole(let reply) = plane.plane.handle(request) else { return }
    #expect(reply.code == 201)
    #expect(try JSONValue(parsing: reply.body)[["metadata", "name"]] == "foo")
    let damaged = ServerRequest(
      method: .post, target: "/api/v1/namespaces", contentType: "application/vnd.kubernetes.protobuf", body: Array(body.dropLast(3)))
    guard case .whole(let refusal) = plane.plane.handle(damaged) else { return }
    #expect(refusal.code == 400)
  }

  @Test func eventsReadTheSameInBothGroups() throws {
    let plane = try Plane()
    let modern: JSONValue = [
      "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "e1"], "regarding": ["kind": "Pod", "name": "p"],
      "note": "it happened", "reason": "Happened", "type": "Normal", "reportingController": "tests",
      "eventTime": "2026-11-21T10:00:00.000000Z",
    ]
    #expect(try plane.ask(.post, "/apis/events.k8s.io/v1/namespaces/default/events", modern).code == 201)
    let core = try plane.ask(.get, "/api/v1/namespaces/default/events/e1").json
    #expect(core["message"] == "it happened")
    #expect(core[["involvedObject", "name"]] == "p")
    let back = try plane.ask(.get, "/apis/events.k8s.io/v1/namespaces/default/events/e1").json
    #expect(back["note"] == "it happened")
    #expect(back["apiVersion"] == "events.k8s.io/v1")
  }
}
