import JSON
import TestKit
import Testing

@Suite("Custom resource definitions")
struct DefinitionTests {
  @Test("Defaults are filled in, and unknown fields pruned, unless preserved", arguments: ControlPlaneUnderTest.all)
  func defaultsAndPruning(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let created = try await widgets.create(
      "one", ["size": 3, "typo": 1, "anything": ["goes": ["here": 1]], "parts": [["name": "a", "extra": true]]])
    #expect(
      created.json["spec"] == [
        "size": 3, "color": "blue", "replicas": 1, "anything": ["goes": ["here": 1]], "parts": [["name": "a", "count": 1]],
      ])
  }

  @Test(
    "What breaks the schema is refused with the field and the reason", arguments: ControlPlaneUnderTest.all,
    [
      (["size": 0], "spec.size"), (["size": 101], "spec.size"), (["size": "three"], "spec.size"), ([:], "spec.size"),
      (["size": 1, "color": "pink"], "spec.color"), (["size": 1, "note": "UPPER"], "spec.note"),
      (["size": 1, "note": "much too long for a note"], "spec.note"), (["size": 1, "labels": ["a": 1]], "spec.labels.a"),
      (["size": 1, "parts": [["count": 1]]], "spec.parts[0].name"),
      (["size": 1, "parts": [["name": "a"], ["name": "a"]]], "spec.parts[1]"),
    ] as [(JSONValue, String)])
  func validation(target: ControlPlaneUnderTest, row: (spec: JSONValue, field: String)) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let refused = try await widgets.api.post(widgets.path, widgets.widget("one", row.spec)).must(422)
    #expect(refused.reason == "Invalid")
    #expect(refused.message.contains("Widget.\(widgets.group) \"one\" is invalid"), "\(refused.message)")
    let fields = refused.json[["details", "causes"]]?.array?.compactMap { $0["field"]?.string } ?? []
    // Kubernetes 1.20 names a field of a list's element without its index.
    #expect(fields.contains(row.field) || fields.contains(row.field.replacing("[0]", with: "")), "\(fields): \(refused.message)")
  }

  @Test("A rule in CEL refuses with its own message, and sees the old object", arguments: ControlPlaneUnderTest.all)
  func rules(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.cluster.require(.celRules)
    var schema = Widgets.schema
    schema[["properties", "spec", "x-kubernetes-validations"]] = [
      ["rule": "self.size < 10 || self.color == 'red'", "message": "a large widget is red"],
      ["rule": "self.size >= oldSelf.size", "message": "a widget never shrinks"],
    ]
    let group = "rules\(sandbox.id).conformance.test"
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    try await sandbox.api.post(definitions, Widgets.definition(group: group, schema: schema)).must(201)
    let path = sandbox.collection("\(group)/v1", "widgets")
    try await eventually("the widgets are served") { try await sandbox.api.get(path).status == 200 }
    var widget: JSONValue = ["apiVersion": .string("\(group)/v1"), "kind": "Widget", "metadata": ["name": "one"], "spec": ["size": 20]]
    #expect(try await sandbox.api.post(path, widget).must(422).message.contains("a large widget is red"))
    widget[["spec", "color"]] = "red"
    try await sandbox.api.post(path, widget).must(201)
    let shrink: JSONValue = ["spec": ["size": 15]]
    #expect(try await sandbox.api.patch("\(path)/one", .mergePatch, shrink).must(422).message.contains("a widget never shrinks"))
  }

  @Test("fieldValidation=Strict refuses unknown fields by name", arguments: ControlPlaneUnderTest.all)
  func strict(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.cluster.require(.fieldValidation)
    let widgets = try await Widgets(sandbox)
    let body = widgets.widget("one", ["size": 3, "typo": 1])
    let refused = try await widgets.api.post("\(widgets.path)?fieldValidation=Strict", body).must(400)
    #expect(refused.message.contains("spec.typo"))
    try await widgets.api.post("\(widgets.path)?fieldValidation=Warn", body).must(201)
  }

  @Test("A definition that cannot be served is refused, or says why", arguments: ControlPlaneUnderTest.all)
  func badDefinitions(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    let group = "bad\(sandbox.id).conformance.test"
    var wrongName = Widgets.definition(group: group)
    wrongName[["metadata", "name"]] = .string("gadgets.\(group)")
    try await sandbox.api.post(path, wrongName).must(422)
    let unstructured: JSONValue = ["type": "object", "properties": ["spec": ["properties": ["a": ["type": "string"]]]]]
    try await sandbox.api.post(path, Widgets.definition(group: group, schema: unstructured)).must(422)
    var noStorage = Widgets.definition(group: group)
    noStorage[["spec", "versions"]] = [["name": "v1", "served": true, "storage": false, "schema": ["openAPIV3Schema": ["type": "object"]]]]
    try await sandbox.api.post(path, noStorage).must(422)
  }

  @Test("A new version is served at once, and the old objects through it", arguments: ControlPlaneUnderTest.all)
  func versions(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(ownedBy: Sandbox(target))
    try await widgets.create("one")
    var definition = try await widgets.api.get(widgets.definitionPath).must(200).json
    var second = try #require(definition[["spec", "versions"]]?[0])
    second["name"] = "v2"
    second["storage"] = false
    definition[["spec", "versions"]] = .array([definition[["spec", "versions"]]?[0] ?? .null, second])
    try await widgets.api.put(widgets.definitionPath, definition).must(200)
    let path = widgets.sandbox.collection("\(widgets.group)/v2", "widgets")
    try await eventually("v2 is served") { try await widgets.api.get(path).status == 200 }
    let object = try await widgets.api.get("\(path)/one").must(200).json
    #expect(object["apiVersion"] == .string("\(widgets.group)/v2"))
    #expect(object[["spec", "size"]]?.int == 3)
  }

  @Test("Deleting a definition deletes its objects, and the path is gone", arguments: ControlPlaneUnderTest.all)
  func deletion(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(ownedBy: Sandbox(target))
    try await widgets.create("one")
    try await widgets.api.delete(widgets.definitionPath).must(200)
    try await eventually("the definition is gone", within: .seconds(60)) { try await widgets.api.get(widgets.definitionPath).status == 404 }
    try await eventually("the path is gone") { try await widgets.api.get(widgets.path).status == 404 }
    let again = try await widgets.api.post(
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Widgets.definition(group: widgets.group))
    try again.must(201)
    try await widgets.waitUntilServed()
    #expect(try await widgets.api.get(widgets.path).must(200).names == [])
  }

  @Test("Discovery lists the resource with names, verbs and subresources", arguments: ControlPlaneUnderTest.all)
  func discovery(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(ownedBy: Sandbox(target))
    let groups = try await widgets.api.get("/apis").must(200).json["groups"]?.array ?? []
    let group = try #require(groups.first { $0["name"] == .string(widgets.group) })
    #expect(group[["preferredVersion", "version"]] == "v1")
    let resources = try await widgets.api.get("/apis/\(widgets.group)/v1").must(200).json["resources"]?.array ?? []
    #expect(Set(resources.compactMap { $0["name"]?.string }) == ["widgets", "widgets/status", "widgets/scale"])
    let widget = try #require(resources.first { $0["name"] == "widgets" })
    #expect(widget["shortNames"] == ["wg"])
    #expect(widget["categories"] == ["toys"])
    #expect(widget["namespaced"] == true)
    let verbs = Set(widget["verbs"]?.strings ?? [])
    #expect(verbs.isSuperset(of: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]))
  }
}
