import JSON
import TestKit
import Testing

@Suite("Four ways to patch")
struct PatchTests {
  @Test("A JSON patch adds, replaces, removes, moves and tests", arguments: ControlPlaneUnderTest.all)
  func jsonPatch(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = "\(sandbox.core("configmaps"))/one"
    try await sandbox.api.post(sandbox.core("configmaps"), ObjectTests.configMap("one", ["a": "1", "b": "2"])).must(201)
    let patched = try await sandbox.api.patch(
      path, .jsonPatch,
      [
        ["op": "test", "path": "/data/a", "value": "1"], ["op": "replace", "path": "/data/a", "value": "9"],
        ["op": "remove", "path": "/data/b"], ["op": "add", "path": "/data/c~1d", "value": "slash"],
        ["op": "copy", "from": "/data/a", "path": "/data/e"],
      ])
    // A slash is no part of a ConfigMap's key: the patch is understood, and its result refused.
    #expect([200, 422].contains(patched.status), "\(patched.text)")
    let simple = try await sandbox.api.patch(
      path, .jsonPatch,
      [["op": "replace", "path": "/data/a", "value": "9"], ["op": "copy", "from": "/data/a", "path": "/data/e"]]
    ).must(200)
    #expect(simple.json[["data", "e"]] == "9")
  }

  @Test("A JSON patch whose test fails, or whose path is missing, changes nothing", arguments: ControlPlaneUnderTest.all)
  func jsonPatchRefused(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = "\(sandbox.core("configmaps"))/one"
    let created = try await sandbox.api.post(sandbox.core("configmaps"), ObjectTests.configMap("one")).must(201)
    try await sandbox.api.patch(path, .jsonPatch, [["op": "test", "path": "/data/a", "value": "no"]]).must(422)
    try await sandbox.api.patch(path, .jsonPatch, [["op": "remove", "path": "/data/zzz"]]).must(422)
    try await sandbox.api.patch(path, .jsonPatch, ["not": "a list"]).must(400)
    #expect(try await sandbox.api.get(path).resourceVersion == created.resourceVersion)
  }

  @Test("A merge patch replaces lists and removes by null", arguments: ControlPlaneUnderTest.all)
  func mergePatch(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let widgets = try await Widgets(sandbox)
    try await widgets.create("one", ["size": 3, "note": "old", "parts": [["name": "a"], ["name": "b"]]])
    let patched = try await widgets.api.patch(
      "\(widgets.path)/one", .mergePatch, ["spec": ["note": nil, "size": 4, "parts": [["name": "c"]]]]
    ).must(200)
    #expect(patched.json["spec"] == ["size": 4, "color": "blue", "replicas": 1, "parts": [["name": "c", "count": 1]]])
  }

  static func deployment(_ name: String) -> JSONValue {
    [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
      "spec": [
        "selector": ["matchLabels": ["app": "x"]],
        "template": [
          "metadata": ["labels": ["app": "x"]],
          "spec": ["containers": [["name": "main", "image": "one:1"], ["name": "side", "image": "two:1"]]],
        ],
      ],
    ]
  }

  @Test("A strategic merge patch merges containers by name", arguments: ControlPlaneUnderTest.all)
  func strategicMergePatch(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.collection("apps/v1", "deployments")
    try await sandbox.api.post(path, Self.deployment("one")).must(201)
    let patched = try await sandbox.api.patch(
      "\(path)/one", .strategicMergePatch,
      ["spec": ["template": ["spec": ["containers": [["name": "side", "image": "two:2"], ["name": "main", "$patch": "delete"]]]]]]
    ).must(200)
    let containers = patched.json[["spec", "template", "spec", "containers"]]?.array ?? []
    #expect(containers.map { $0["name"] } == ["side"])
    #expect(containers.first?["image"] == "two:2")
  }

  @Test("A strategic merge patch of a custom resource is refused as unsupported", arguments: ControlPlaneUnderTest.all)
  func strategicMergePatchOfCustomResource(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    try await widgets.create("one")
    try await widgets.api.patch("\(widgets.path)/one", .strategicMergePatch, ["spec": ["size": 4]]).must(415)
  }

  @Test("A patch with an old resource version is a conflict", arguments: ControlPlaneUnderTest.all)
  func patchConflict(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let old = try await widgets.create("one")
    try await widgets.api.patch("\(widgets.path)/one", .mergePatch, ["spec": ["size": 5]]).must(200)
    let stale: JSONValue = ["metadata": ["resourceVersion": .string(old.resourceVersion)], "spec": ["size": 6]]
    #expect(try await widgets.api.patch("\(widgets.path)/one", .mergePatch, stale).must(409).reason == "Conflict")
  }
}
