import JSON
import TestKit
import Testing

@Suite("Finalizers, owners and namespaces")
struct LifecycleTests {
  @Test("A finalizer holds a deleted object until it is removed", arguments: ControlPlaneUnderTest.all)
  func finalizer(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    var body = widgets.widget("one")
    body[["metadata", "finalizers"]] = ["conformance.test/hold"]
    try await widgets.api.post(widgets.path, body).must(201)
    let path = "\(widgets.path)/one"
    try await widgets.api.delete(path).must(200, 202)
    let held = try await widgets.api.get(path).must(200).json
    #expect(held[["metadata", "deletionTimestamp"]]?.string != nil)
    #expect(held[["metadata", "deletionGracePeriodSeconds"]]?.int == 0)
    let more: JSONValue = ["metadata": ["finalizers": ["conformance.test/hold", "conformance.test/more"]]]
    try await widgets.api.patch(path, .mergePatch, more).must(422)
    try await widgets.api.patch(path, .mergePatch, ["metadata": ["finalizers": nil]]).must(200)
    try await widgets.api.get(path).must(404)
  }

  @Test("What an owner owns is deleted with it", arguments: ControlPlaneUnderTest.all)
  func garbage(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.cluster.require(.garbageCollection)
    let widgets = try await Widgets(sandbox)
    let owner = try await widgets.create("owner").json
    var owned = ObjectTests.configMap("owned")
    owned[["metadata", "ownerReferences"]] = [
      [
        "apiVersion": .string("\(widgets.group)/v1"), "kind": "Widget", "name": "owner", "controller": true, "blockOwnerDeletion": true,
        "uid": owner[["metadata", "uid"]] ?? "",
      ]
    ]
    try await sandbox.api.post(sandbox.core("configmaps"), owned).must(201)
    try await sandbox.api.post(sandbox.core("configmaps"), ObjectTests.configMap("free")).must(201)
    try await sandbox.api.delete("\(widgets.path)/owner").must(200)
    try await eventually("the owned object is gone") { try await sandbox.api.get("\(sandbox.core("configmaps"))/owned").status == 404 }
    try await sandbox.api.get("\(sandbox.core("configmaps"))/free").must(200)
  }

  @Test("Orphaning keeps what was owned; foreground waits for it", arguments: ControlPlaneUnderTest.all)
  func propagation(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.cluster.require(.garbageCollection)
    let widgets = try await Widgets(sandbox)
    for (name, policy) in [("orphaned", "Orphan"), ("foreground", "Foreground")] {
      let owner = try await widgets.create(name).json
      var owned = ObjectTests.configMap(name)
      owned[["metadata", "ownerReferences"]] = [
        [
          "apiVersion": .string("\(widgets.group)/v1"), "kind": "Widget", "name": .string(name), "blockOwnerDeletion": true,
          "uid": owner[["metadata", "uid"]] ?? "",
        ]
      ]
      try await sandbox.api.post(sandbox.core("configmaps"), owned).must(201)
      try await widgets.api.delete("\(widgets.path)/\(name)", ["propagationPolicy": .string(policy)]).must(200, 202)
      try await eventually("\(name) is gone") { try await widgets.api.get("\(widgets.path)/\(name)").status == 404 }
    }
    let orphan = try await sandbox.api.get("\(sandbox.core("configmaps"))/orphaned").must(200).json
    #expect(orphan[["metadata", "ownerReferences"]]?.array ?? [] == [])
    try await sandbox.api.get("\(sandbox.core("configmaps"))/foreground").must(404)
  }

  @Test("A deleted namespace takes its objects with it, and refuses new ones", arguments: ControlPlaneUnderTest.all)
  func namespace(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    try await sandbox.cluster.require(.garbageCollection)
    var body = ObjectTests.configMap("held")
    body[["metadata", "finalizers"]] = ["conformance.test/hold"]
    try await sandbox.api.post(sandbox.core("configmaps"), body).must(201)
    try await sandbox.api.delete("/api/v1/namespaces/\(sandbox.namespace)").must(200, 202)
    #expect(try await sandbox.api.get("/api/v1/namespaces/\(sandbox.namespace)").json[["status", "phase"]] == "Terminating")
    try await sandbox.api.post(sandbox.core("configmaps"), ObjectTests.configMap("late")).must(403)
    try await sandbox.api.patch("\(sandbox.core("configmaps"))/held", .mergePatch, ["metadata": ["finalizers": nil]]).must(200, 404)
    try await eventually("the namespace is gone") {
      try await sandbox.api.get("/api/v1/namespaces/\(sandbox.namespace)").status == 404
    }
  }

  @Test("Status and spec are written apart", arguments: ControlPlaneUnderTest.all)
  func status(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    var body = widgets.widget("one")
    body["status"] = ["phase": "Ignored"]
    let created = try await widgets.api.post(widgets.path, body).must(201).json
    #expect(created["status"] == nil)
    #expect(created[["metadata", "generation"]]?.int == 1)
    var update = created
    update["status"] = ["phase": "Running", "replicas": 2]
    update[["spec", "size"]] = 50
    let written = try await widgets.api.put("\(path)/status", update).must(200).json
    #expect(written[["status", "phase"]] == "Running")
    #expect(written[["spec", "size"]]?.int == 3)
    #expect(written[["metadata", "generation"]]?.int == 1)
    let patched = try await widgets.api.patch(path, .mergePatch, ["spec": ["size": 4], "status": ["phase": "No"]]).must(200).json
    #expect(patched[["status", "phase"]] == "Running")
    #expect(patched[["metadata", "generation"]]?.int == 2)
  }

  @Test("Scale reads and writes the replicas", arguments: ControlPlaneUnderTest.all)
  func scale(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    let path = "\(widgets.path)/one"
    try await widgets.create("one")
    let status: JSONValue = ["status": ["replicas": 1, "selector": "app=x"]]
    try await widgets.api.patch("\(path)/status", .mergePatch, status).must(200)
    var scale = try await widgets.api.get("\(path)/scale").must(200).json
    #expect(scale["kind"] == "Scale")
    #expect(scale["apiVersion"] == "autoscaling/v1")
    #expect(scale[["spec", "replicas"]]?.int == 1)
    #expect(scale["status"] == ["replicas": 1, "selector": "app=x"])
    scale[["spec", "replicas"]] = 4
    try await widgets.api.put("\(path)/scale", scale).must(200)
    #expect(try await widgets.api.get(path).json[["spec", "replicas"]]?.int == 4)
    try await widgets.api.patch("\(path)/scale", .mergePatch, ["spec": ["replicas": 5]]).must(200)
    #expect(try await widgets.api.get(path).json[["spec", "replicas"]]?.int == 5)
  }

  @Test("An event is seen through both of its groups", arguments: ControlPlaneUnderTest.all)
  func events(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let event: JSONValue = [
      "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "one.1"], "eventTime": "2026-01-02T03:04:05.000006Z",
      "reportingController": "conformance.test/suite", "reportingInstance": "here", "action": "Testing", "reason": "Tested",
      "type": "Normal", "note": "all is well",
      "regarding": ["apiVersion": "v1", "kind": "ConfigMap", "name": "one", "namespace": .string(sandbox.namespace)],
    ]
    try await sandbox.api.post(sandbox.collection("events.k8s.io/v1", "events"), event).must(201)
    let core = try await sandbox.api.get("\(sandbox.core("events"))/one.1").must(200).json
    #expect(core["message"] == "all is well")
    #expect(core[["involvedObject", "name"]] == "one")
    let query = "fieldSelector=involvedObject.name%3Done"
    #expect(try await sandbox.api.get("\(sandbox.core("events"))?\(query)").must(200).names == ["one.1"])
  }

  @Test("Two who take the same lease: one wins", arguments: ControlPlaneUnderTest.all)
  func leases(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.collection("coordination.k8s.io/v1", "leases")
    let lease: JSONValue = [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": ["name": "leader"],
      "spec": [
        "holderIdentity": "a", "leaseDurationSeconds": 15, "acquireTime": "2026-01-02T03:04:05.000006Z",
        "renewTime": "2026-01-02T03:04:05.000006Z", "leaseTransitions": 0,
      ],
    ]
    var taken = try await sandbox.api.post(path, lease).must(201).json
    try await sandbox.api.post(path, lease).must(409)
    taken[["spec", "holderIdentity"]] = "b"
    try await sandbox.api.put("\(path)/leader", taken).must(200)
    taken[["spec", "holderIdentity"]] = "c"
    try await sandbox.api.put("\(path)/leader", taken).must(409)
    #expect(try await sandbox.api.get("\(path)/leader").json[["spec", "holderIdentity"]] == "b")
  }
}
