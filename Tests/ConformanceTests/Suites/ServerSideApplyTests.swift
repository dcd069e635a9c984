import JSON
import TestKit
import Testing

@Suite("Server-side apply")
struct ServerSideApplyTests {
  @Test("Applying creates, then owns what it says", arguments: ControlPlaneUnderTest.all)
  func creates(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let created = try await widgets.api.apply("\(widgets.path)/one", manager: "first", widgets.widget("one", ["size": 3, "note": "hi"]))
      .must(201)
    let managed = created.json[["metadata", "managedFields"]]?.array ?? []
    #expect(managed.count == 1)
    #expect(managed.first?["manager"] == "first")
    #expect(managed.first?["operation"] == "Apply")
    #expect(managed.first?["apiVersion"] == .string("\(widgets.group)/v1"))
    #expect(managed.first?["fieldsType"] == "FieldsV1")
    #expect(managed.first?["fieldsV1"] == ["f:spec": ["f:size": [:], "f:note": [:]]])
    let again = try await widgets.api.apply("\(widgets.path)/one", manager: "first", widgets.widget("one", ["size": 3, "note": "hi"])).must(
      200)
    #expect(again.resourceVersion == created.resourceVersion, "the same intent again changes nothing")
  }

  @Test("What a manager no longer says is removed; what others say stays", arguments: ControlPlaneUnderTest.all)
  func removes(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3, "note": "hi", "labels": ["a": "1"]])).must(201)
    try await widgets.api.apply(path, manager: "second", widgets.widget("one", ["size": 3, "labels": ["b": "2", "c": "3"]])).must(200)
    let shrunk = try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3])).must(200)
    #expect(shrunk.json[["spec", "note"]] == nil)
    #expect(shrunk.json[["spec", "labels"]] == ["b": "2", "c": "3"])
    let last = try await widgets.api.apply(path, manager: "second", widgets.widget("one", ["size": 3, "labels": ["c": "3"]])).must(200)
    #expect(last.json[["spec", "labels"]] == ["c": "3"])
  }

  @Test("Two managers who disagree conflict, and force decides", arguments: ControlPlaneUnderTest.all)
  func conflict(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3])).must(201)
    let conflict = try await widgets.api.apply(path, manager: "second", widgets.widget("one", ["size": 4])).must(409)
    #expect(conflict.reason == "Conflict")
    let cause = conflict.json[["details", "causes"]]?[0]
    #expect(cause?["reason"] == "FieldManagerConflict")
    #expect(cause?["field"] == ".spec.size")
    #expect(cause?["message"]?.string?.contains("conflict with \"first\"") == true)
    let forced = try await widgets.api.apply(path, manager: "second", force: true, widgets.widget("one", ["size": 4])).must(200)
    #expect(forced.json[["spec", "size"]]?.int == 4)
    let managers = forced.json[["metadata", "managedFields"]]?.array?.filter { $0[["fieldsV1", "f:spec", "f:size"]] != nil }
    #expect(managers?.map { $0["manager"] } == ["second"])
  }

  @Test("Agreeing is sharing: both own the field", arguments: ControlPlaneUnderTest.all)
  func shared(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3])).must(201)
    let both = try await widgets.api.apply(path, manager: "second", widgets.widget("one", ["size": 3])).must(200)
    #expect(both.json[["metadata", "managedFields"]]?.array?.count == 2)
  }

  @Test("A list with keys merges by key and is owned by element", arguments: ControlPlaneUnderTest.all)
  func listMap(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3, "parts": [["name": "a", "count": 1]]])).must(201)
    let merged = try await widgets.api.apply(
      path, manager: "second", widgets.widget("one", ["size": 3, "parts": [["name": "b", "count": 2]]])
    ).must(200)
    #expect(merged.json[["spec", "parts"]] == [["name": "a", "count": 1], ["name": "b", "count": 2]])
    let second = merged.json[["metadata", "managedFields"]]?.array?.first { $0["manager"] == "second" }
    #expect(second?[["fieldsV1", "f:spec", "f:parts", "k:{\"name\":\"b\"}", "."]] != nil)
    let shrunk = try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3])).must(200)
    #expect(shrunk.json[["spec", "parts"]] == [["name": "b", "count": 2]])
  }

  @Test("An update takes over what it changes", arguments: ControlPlaneUnderTest.all)
  func update(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3])).must(201)
    try await widgets.api.patch("\(path)?fieldManager=editor", .mergePatch, ["spec": ["size": 7]]).must(200)
    let conflict = try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 3])).must(409)
    #expect(conflict.message.contains("\"editor\""))
  }

  @Test("Applying needs a field manager, and no managed fields in the body", arguments: ControlPlaneUnderTest.all)
  func refusals(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.api.patch(path, .applyPatch, widgets.widget("one")).must(400, 422)
    let created = try await widgets.api.apply(path, manager: "first", widgets.widget("one")).must(201)
    var body = widgets.widget("one")
    body[["metadata", "managedFields"]] = created.json[["metadata", "managedFields"]]
    #expect(try await widgets.api.apply(path, manager: "first", body).must(400).message.contains("managedFields"))
    try await widgets.api.apply(path, manager: "first", ["kind": "Widget", "metadata": ["name": "one"]]).must(400)
  }

  @Test("Status is applied on its own, beside the spec", arguments: ControlPlaneUnderTest.all)
  func status(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.api.apply(path, manager: "first", widgets.widget("one")).must(201)
    var body = widgets.widget("one", [:])
    body["spec"] = nil
    body["status"] = ["phase": "Running"]
    let applied = try await widgets.api.apply("\(path)/status", manager: "status", body).must(200)
    #expect(applied.json[["status", "phase"]] == "Running")
    #expect(applied.json[["spec", "size"]]?.int == 3)
    let again = try await widgets.api.apply(path, manager: "first", widgets.widget("one", ["size": 5])).must(200)
    #expect(again.json[["status", "phase"]] == "Running")
  }
}
