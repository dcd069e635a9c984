import JSON
import Kubernetes
import Testing

@testable import ControlPlane

@Suite struct ControllerTests {
  private static func owned(_ name: String, by owner: KubeObject, blocks: Bool = true, finalizers: [String] = []) -> JSONValue {
    let reference: JSONValue = [
      "apiVersion": "v1", "kind": "ConfigMap", "name": .string(owner.name), "uid": .string(owner.uid ?? ""),
      "blockOwnerDeletion": .bool(blocks),
    ]
    var metadata: JSONObject = ["ownerReferences": [reference]]
    if !finalizers.isEmpty { metadata["finalizers"] = JSONValue(finalizers) }
    return Objects.configMap(name, metadata: metadata)
  }

  private static func exists(_ name: String, _ plane: Plane) throws -> Bool {
    try plane.ask(.get, "\(Objects.configMaps)/\(name)").code == 200
  }

  @Test func dependentsFollowTheirOwner() async throws {
    try await Plane.running { plane in
      let owner = try plane.ask(.post, Objects.configMaps, Objects.configMap("owner")).object
      let child = try plane.ask(.post, Objects.configMaps, Self.owned("child", by: owner)).object
      _ = try plane.ask(.post, Objects.configMaps, Self.owned("grandchild", by: child))
      _ = try plane.ask(.delete, "\(Objects.configMaps)/owner")
      try await until("all are gone") { try !Self.exists("child", plane) && !Self.exists("grandchild", plane) }
    }
  }

  @Test func aDependentOfNobodyIsCollected() async throws {
    try await Plane.running { plane in
      let ghost = KubeObject(["metadata": ["name": "ghost", "uid": "no-such-uid"]])
      _ = try plane.ask(.post, Objects.configMaps, Self.owned("child", by: ghost))
      try await until("the child is gone") { try !Self.exists("child", plane) }
    }
  }

  @Test func aDependentWithAnotherOwnerStaysAndLosesTheReference() async throws {
    try await Plane.running { plane in
      let one = try plane.ask(.post, Objects.configMaps, Objects.configMap("one")).object
      let two = try plane.ask(.post, Objects.configMaps, Objects.configMap("two")).object
      var child = Self.owned("child", by: one)
      let second = Self.owned("child", by: two)[["metadata", "ownerReferences"]]?[0] ?? .null
      child[["metadata", "ownerReferences"]] = .array((child[["metadata", "ownerReferences"]]?.array ?? []) + [second])
      _ = try plane.ask(.post, Objects.configMaps, child)
      _ = try plane.ask(.delete, "\(Objects.configMaps)/one")
      try await until("the reference is gone") {
        try plane.ask(.get, "\(Objects.configMaps)/child").object.ownerReferences.map(\.name) == ["two"]
      }
    }
  }

  @Test func foregroundDeletionWaitsForTheDependents() async throws {
    try await Plane.running { plane in
      let owner = try plane.ask(.post, Objects.configMaps, Objects.configMap("owner")).object
      _ = try plane.ask(.post, Objects.configMaps, Self.owned("child", by: owner, finalizers: ["example.com/hold"]))
      let deleted = try plane.ask(.delete, "\(Objects.configMaps)/owner?propagationPolicy=Foreground")
      #expect(deleted.object.finalizers == ["foregroundDeletion"])
      try await until("the child is being deleted") { try plane.ask(.get, "\(Objects.configMaps)/child").object.isBeingDeleted }
      #expect(try Self.exists("owner", plane))
      _ = try plane.ask(.patch, "\(Objects.configMaps)/child", ["metadata": ["finalizers": nil]], type: "application/merge-patch+json")
      try await until("both are gone") { try !Self.exists("child", plane) && !Self.exists("owner", plane) }
    }
  }

  @Test func orphansStay() async throws {
    try await Plane.running { plane in
      let owner = try plane.ask(.post, Objects.configMaps, Objects.configMap("owner")).object
      _ = try plane.ask(.post, Objects.configMaps, Self.owned("child", by: owner))
      _ = try plane.ask(.delete, "\(Objects.configMaps)/owner", ["propagationPolicy": "Orphan"])
      try await until("the owner is gone") { try !Self.exists("owner", plane) }
      #expect(try plane.ask(.get, "\(Objects.configMaps)/child").object.ownerReferences.isEmpty)
    }
  }

  @Test func aNamespaceGoesWithItsContentAndWaitsForFinalizers() async throws {
    try await Plane.running { plane in
      let namespace: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "team"]]
      #expect(try plane.ask(.post, "/api/v1/namespaces", namespace).json[["status", "phase"]] == "Active")
      let maps = "/api/v1/namespaces/team/configmaps"
      _ = try plane.ask(.post, maps, Objects.configMap("free"))
      _ = try plane.ask(.post, maps, Objects.configMap("held", metadata: ["finalizers": ["example.com/hold"]]))
      #expect(try plane.ask(.delete, "/api/v1/namespaces/team").json[["status", "phase"]] == "Terminating")
      try await until("the free object is gone") { try plane.ask(.get, "\(maps)/free").code == 404 }
      let late = try plane.ask(.post, maps, Objects.configMap("late"))
      #expect(late.code == 403)
      #expect(late.json[["details", "causes"]]?[0]?["reason"] == "NamespaceTerminating")
      #expect(try plane.ask(.get, "/api/v1/namespaces/team").code == 200)
      _ = try plane.ask(.patch, "\(maps)/held", ["metadata": ["finalizers": nil]], type: "application/merge-patch+json")
      try await until("the namespace is gone") { try plane.ask(.get, "/api/v1/namespaces/team").code == 404 }
    }
  }

  @Test func eventsExpire() async throws {
    try await Plane.running({ $0.expiryInterval = .milliseconds(5) }) { plane in
      let event: JSONValue = ["apiVersion": "v1", "kind": "Event", "metadata": ["name": "old"], "involvedObject": ["name": "x"]]
      _ = try plane.ask(.post, "/api/v1/namespaces/default/events", event)
      plane.clock.advance(.seconds(3599))
      try await Task.sleep(for: .milliseconds(30))
      #expect(try plane.ask(.get, "/api/v1/namespaces/default/events/old").code == 200)
      plane.clock.advance(.seconds(2))
      try await until("the event is gone") { try plane.ask(.get, "/api/v1/namespaces/default/events/old").code == 404 }
    }
  }
}
