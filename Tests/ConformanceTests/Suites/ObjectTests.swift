import JSON
import TestKit
import Testing

@Suite("Objects are created, read, updated and deleted")
struct ObjectTests {
  static func configMap(_ name: String, _ data: JSONValue = ["a": "1"], labels: JSONValue = [:]) -> JSONValue {
    ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "labels": labels], "data": data]
  }

  @Test("A created object gets identity, version and time, and reads back", arguments: ControlPlaneUnderTest.all)
  func create(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let created = try await sandbox.api.post(sandbox.core("configmaps"), Self.configMap("one")).must(201).json
    let metadata = try #require(created["metadata"])
    #expect(metadata["uid"]?.string?.count == 36)
    #expect(metadata["resourceVersion"]?.string.flatMap(Int.init) ?? 0 > 0)
    #expect(metadata["creationTimestamp"]?.string?.hasSuffix("Z") == true)
    #expect(metadata["namespace"]?.string == sandbox.namespace)
    #expect(metadata["managedFields"]?.array?.count == 1)
    #expect(try await sandbox.api.get("\(sandbox.core("configmaps"))/one").must(200).json == created)
  }

  @Test("A second object of the same name is refused as AlreadyExists", arguments: ControlPlaneUnderTest.all)
  func alreadyExists(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.api.post(sandbox.core("configmaps"), Self.configMap("one")).must(201)
    let refused = try await sandbox.api.post(sandbox.core("configmaps"), Self.configMap("one")).must(409)
    #expect(refused.json["kind"] == "Status")
    #expect(refused.reason == "AlreadyExists")
    #expect(refused.message == "configmaps \"one\" already exists")
  }

  @Test("What is not there gives a Status that names it", arguments: ControlPlaneUnderTest.all)
  func notFound(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let missing = try await sandbox.api.get("\(sandbox.core("configmaps"))/none").must(404)
    #expect(missing.reason == "NotFound")
    #expect(missing.message == "configmaps \"none\" not found")
    #expect(missing.json[["details", "name"]] == "none")
    #expect(missing.json["code"]?.int == 404)
    try await sandbox.api.delete("\(sandbox.core("configmaps"))/none").must(404)
    try await sandbox.api.get("/apis/no.such.group/v1/things").must(404)
    try await sandbox.api.post("/api/v1/namespaces/no-such-\(sandbox.id)/configmaps", Self.configMap("one")).must(404)
  }

  @Test("generateName makes names that differ", arguments: ControlPlaneUnderTest.all)
  func generateName(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let body: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["generateName": "some-"]]
    let first = try await sandbox.api.post(sandbox.core("configmaps"), body).must(201).json[["metadata", "name"]]?.string ?? ""
    let second = try await sandbox.api.post(sandbox.core("configmaps"), body).must(201).json[["metadata", "name"]]?.string ?? ""
    #expect(first.hasPrefix("some-") && second.hasPrefix("some-") && first != second)
  }

  @Test("An update with an old resource version is a conflict, and one with the current is not", arguments: ControlPlaneUnderTest.all)
  func optimisticConcurrency(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = "\(sandbox.core("configmaps"))/one"
    let old = try await sandbox.api.post(sandbox.core("configmaps"), Self.configMap("one")).must(201).json
    var new = old
    new[["data", "a"]] = "2"
    let updated = try await sandbox.api.put(path, new).must(200)
    #expect(updated.resourceVersion != old[["metadata", "resourceVersion"]]?.string)
    #expect(updated.json[["metadata", "uid"]] == old[["metadata", "uid"]])
    let conflict = try await sandbox.api.put(path, new).must(409)
    #expect(conflict.reason == "Conflict")
    #expect(conflict.message.contains("the object has been modified; please apply your changes to the latest version"))
    #expect(try await sandbox.api.get(path).json[["data", "a"]] == "2")
  }

  @Test("An update that changes nothing keeps the resource version", arguments: ControlPlaneUnderTest.all)
  func noChange(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let created = try await sandbox.api.post(sandbox.core("configmaps"), Self.configMap("one")).must(201)
    let again = try await sandbox.api.put("\(sandbox.core("configmaps"))/one", created.json).must(200)
    #expect(again.resourceVersion == created.resourceVersion)
  }

  @Test("Names and namespaces must agree with the path, and be valid", arguments: ControlPlaneUnderTest.all)
  func names(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    try await sandbox.api.post(path, Self.configMap("one")).must(201)
    try await sandbox.api.put("\(path)/one", Self.configMap("two")).must(400)
    var elsewhere = Self.configMap("three")
    elsewhere[["metadata", "namespace"]] = "default"
    try await sandbox.api.post(path, elsewhere).must(400)
    let invalid = try await sandbox.api.post(path, Self.configMap("Not_A_Name")).must(422)
    #expect(invalid.reason == "Invalid")
    #expect(invalid.message.contains("metadata.name"))
    try await sandbox.api.post(path, ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "x"]]).must(400)
  }

  @Test("A body that is no object is refused as a bad request", arguments: ControlPlaneUnderTest.all)
  func badBodies(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    #expect(try await sandbox.api.send("POST", path, body: "{\"apiVersion\": ").must(400).json["kind"] == "Status")
    try await sandbox.api.send("PATCH", "\(path)/none", body: "{}", .json).must(415)
    try await sandbox.api.send("DELETE", "/api/v1").must(405, 404)
  }

  @Test("YAML is accepted as JSON is", arguments: ControlPlaneUnderTest.all)
  func yaml(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\ndata:\n  answer: \"yes\"\n"
    let created = try await sandbox.api.send("POST", sandbox.core("configmaps"), body: text, .yaml).must(201)
    #expect(created.json[["data", "answer"]] == "yes")
  }

  @Test("Deleting can demand a version, and answers what it did", arguments: ControlPlaneUnderTest.all)
  func delete(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = "\(sandbox.core("configmaps"))/one"
    try await sandbox.api.post(sandbox.core("configmaps"), Self.configMap("one")).must(201)
    try await sandbox.api.delete(path, ["preconditions": ["uid": "00000000-0000-0000-0000-000000000000"]]).must(409)
    #expect(try await sandbox.api.delete(path).must(200).json["status"] == "Success")
    try await sandbox.api.get(path).must(404)
  }

  @Test("A collection is deleted by selector", arguments: ControlPlaneUnderTest.all)
  func deleteCollection(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    for (name, kind) in [("a", "x"), ("b", "x"), ("c", "y")] {
      try await sandbox.api.post(path, Self.configMap(name, labels: ["kind": .string(kind)])).must(201)
    }
    try await sandbox.api.delete("\(path)?labelSelector=kind%3Dx").must(200)
    #expect(try await sandbox.api.get("\(path)?labelSelector=kind").names == ["c"])
  }

  @Test("A dry run answers as if, and stores nothing", arguments: ControlPlaneUnderTest.all)
  func dryRun(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    #expect(try await sandbox.api.post("\(path)?dryRun=All", Self.configMap("one")).must(201).json[["metadata", "uid"]] != nil)
    try await sandbox.api.get("\(path)/one").must(404)
    let created = try await sandbox.api.post(path, Self.configMap("one")).must(201)
    let patched = try await sandbox.api.patch("\(path)/one?dryRun=All", .mergePatch, ["data": ["a": "2"]]).must(200)
    #expect(patched.json[["data", "a"]] == "2")
    try await sandbox.api.delete("\(path)/one?dryRun=All").must(200)
    #expect(try await sandbox.api.get("\(path)/one").must(200).json == created.json)
    try await sandbox.api.post("\(path)?dryRun=Some", Self.configMap("two")).must(400, 422)
  }
}
