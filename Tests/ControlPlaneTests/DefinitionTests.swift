import JSON
import Kubernetes
import Testing

@testable import ControlPlane

@Suite struct DefinitionTests {
  @Test func aDefinedKindIsServedAtOnce() throws {
    let plane = try Plane()
    #expect(try plane.ask(.get, Objects.widgets).code == 404)
    let defined = try plane.ask(.post, Objects.definitions, Objects.widgetDefinition())
    #expect(defined.code == 201)
    #expect(defined.object.conditions.map(\.type) == ["NamesAccepted", "Established"])
    #expect(defined.json[["status", "storedVersions"]] == ["v1"])
    let created = try plane.ask(.post, Objects.widgets, Objects.widget("w"))
    #expect(created.code == 201)
    #expect(created.json[["spec", "color"]] == "blue")
    #expect(created.object.generation == 1)
    let resources = try plane.ask(.get, "/apis/example.com/v1").json["resources"]?.array ?? []
    #expect(resources.compactMap { $0["name"]?.string } == ["widgets", "widgets/status", "widgets/scale"])
  }

  @Test func specAndStatusAreWrittenApart() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.definitions, Objects.widgetDefinition())
    var widget = try plane.ask(.post, Objects.widgets, Objects.widget("w")).json
    widget["status"] = ["ready": true]
    widget[["spec", "size"]] = 2
    let updated = try plane.ask(.put, "\(Objects.widgets)/w", widget)
    #expect(updated.json["status"] == nil)
    #expect(updated.object.generation == 2)
    widget = updated.json
    widget["status"] = ["ready": true]
    widget[["spec", "size"]] = 9
    let reported = try plane.ask(.put, "\(Objects.widgets)/w/status", widget)
    #expect(reported.json["status"] == ["ready": true])
    #expect(reported.json[["spec", "size"]] == 2)
    #expect(reported.object.generation == 2)
  }

  @Test func unknownFieldsArePrunedWithAWarningOrRefused() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.definitions, Objects.widgetDefinition())
    let body = Objects.widget("w", spec: ["size": 1, "foo": true])
    let strict = try plane.ask(.post, "\(Objects.widgets)?fieldValidation=Strict", body)
    #expect(strict.code == 400)
    #expect(strict.message.contains("strict decoding error: unknown field \"spec.foo\""))
    let warned = try plane.ask(.post, Objects.widgets, body)
    #expect(warned.warnings == ["299 - \"unknown field \\\"spec.foo\\\"\""])
    #expect(warned.json[["spec", "foo"]] == nil)
    #expect(try plane.ask(.put, "\(Objects.widgets)/w?fieldValidation=Ignore", body).warnings.isEmpty)
  }

  @Test func customKindsHaveNoStrategicMerge() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.definitions, Objects.widgetDefinition())
    _ = try plane.ask(.post, Objects.widgets, Objects.widget("w"))
    let patch = try plane.ask(.patch, "\(Objects.widgets)/w", [:], type: "application/strategic-merge-patch+json")
    #expect(patch.code == 415)
    #expect(patch.message.contains("application/merge-patch+json"))
  }

  @Test func versionsWithoutConversionDifferOnlyInTheirName() throws {
    let plane = try Plane()
    _ = try plane.ask(.post, Objects.definitions, Objects.widgetDefinition(versions: ["v1", "v1beta1"]))
    let beta = "/apis/example.com/v1beta1/namespaces/default/widgets"
    #expect(try plane.ask(.post, beta, Objects.widget("w", version: "v1beta1")).json["apiVersion"] == "example.com/v1beta1")
    #expect(try plane.ask(.get, "\(Objects.widgets)/w").json["apiVersion"] == "example.com/v1")
    #expect(try plane.ask(.get, beta).json["items"]?[0]?["apiVersion"] == "example.com/v1beta1")
    let groups = try plane.ask(.get, "/apis").json["groups"]?.array ?? []
    let group = groups.first { $0["name"] == "example.com" }
    #expect(group?["preferredVersion"]?["version"] == "v1")
    #expect(group?["versions"]?.array?.count == 2)
  }

  @Test func deletingADefinitionDeletesItsObjectsAndEndsItsWatches() async throws {
    try await Plane.running { plane in
      _ = try plane.ask(.post, Objects.definitions, Objects.widgetDefinition())
      _ = try plane.ask(.post, Objects.widgets, Objects.widget("free"))
      _ = try plane.ask(.post, Objects.widgets, Objects.widget("held", metadata: ["finalizers": ["example.com/hold"]]))
      let watch = try plane.watch("\(Objects.widgets)?watch=true")
      let path = "\(Objects.definitions)/widgets.example.com"
      _ = try plane.ask(.delete, path)
      try await until("the free widget is gone") { try plane.ask(.get, "\(Objects.widgets)/free").code == 404 }
      #expect(try plane.ask(.get, path).object.isBeingDeleted)
      #expect(try plane.ask(.post, Objects.widgets, Objects.widget("late")).code == 405)
      _ = try plane.ask(.patch, "\(Objects.widgets)/held", ["metadata": ["finalizers": nil]], type: "application/merge-patch+json")
      try await until("the definition is gone") { try plane.ask(.get, path).code == 404 }
      try await until("the watch has ended") { watch.hasEnded }
      #expect(watch.events.contains("DELETED free") && watch.events.contains("DELETED held"))
      #expect(try plane.ask(.get, Objects.widgets).code == 404)
    }
  }
}
