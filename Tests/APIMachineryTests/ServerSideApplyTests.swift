import JSON
import Testing

@testable import APIMachinery

@Suite struct ServerSideApplyTests {
  let deployments: StructuralSchema
  let custom: StructuralSchema

  init() throws {
    deployments = try BuiltinKindsTests.definition("deployments", group: "apps").schema
    custom = try StructuralSchema.parse(SchemaCases.schema)
  }

  static func manager(_ name: String, _ subresource: String = "", at time: Int = 0) -> FieldManager {
    FieldManager(name: name, subresource: subresource, time: "2026-01-01T00:00:0\(time)Z")
  }

  static func deployment(_ spec: JSONValue) -> JSONValue {
    ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"], "spec": spec]
  }

  static func owners(_ object: JSONValue) -> [String] {
    (object[["metadata", "managedFields"]]?.array ?? []).map { entry in
      let subresource = entry["subresource"]?.string.map { "/\($0)" } ?? ""
      return "\(entry["manager"]?.string ?? "")\(subresource) \(entry["operation"]?.string ?? "") \(entry["fieldsV1"] ?? .null)"
    }
  }

  @Test func `an applier owns exactly what it says`() throws {
    let intent = Self.deployment([
      "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
      "template": ["spec": ["containers": [["name": "c", "image": "i", "ports": [["containerPort": 80]]]]]],
    ])
    let result = try ServerSideApply.apply(intent, to: nil, by: Self.manager("a"), force: false, schema: deployments)
    #expect(
      Self.owners(result) == [
        #"a Apply {"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"#
          + #""f:image":{},"f:name":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}}"#
      ])
    let entry = result[["metadata", "managedFields"]]?[0]
    #expect(entry?["apiVersion"] == "apps/v1")
    #expect(entry?["fieldsType"] == "FieldsV1")
    #expect(entry?["time"] == "2026-01-01T00:00:00Z")
  }

  @Test func `a conflict names manager, version and field`() throws {
    let created = ServerSideApply.update(
      Self.deployment(["replicas": 1]), from: nil, by: Self.manager("kubectl-client-side-apply"), schema: deployments)
    let error = #expect(throws: ApplyError.self) {
      try ServerSideApply.apply(Self.deployment(["replicas": 3]), to: created, by: Self.manager("b"), force: false, schema: deployments)
    }
    #expect(
      error?.description == "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas")
    let forced = try ServerSideApply.apply(
      Self.deployment(["replicas": 3]), to: created, by: Self.manager("b"), force: true, schema: deployments)
    #expect(forced[["spec", "replicas"]] == 3)
    #expect(Self.owners(forced) == [#"b Apply {"f:spec":{"f:replicas":{}}}"#, #"kubectl-client-side-apply Update {"f:spec":{}}"#])
  }

  @Test func `several conflicts are listed by manager`() throws {
    var live = try ServerSideApply.apply(
      Self.deployment(["replicas": 1, "paused": true]), to: nil, by: Self.manager("a"), force: false, schema: deployments)
    live = try ServerSideApply.apply(
      Self.deployment(["minReadySeconds": 5]), to: live, by: Self.manager("b"), force: false, schema: deployments)
    let error = #expect(throws: ApplyError.self) {
      try ServerSideApply.apply(
        Self.deployment(["replicas": 2, "paused": false, "minReadySeconds": 6]), to: live, by: Self.manager("c"), force: false,
        schema: deployments)
    }
    #expect(
      error?.description == """
        Apply failed with 3 conflicts: conflicts with "a":
        - .spec.paused
        - .spec.replicas
        conflicts with "b":
        - .spec.minReadySeconds
        """)
  }

  @Test func `equal values are owned together, and stay until the last owner lets go`() throws {
    var live = try ServerSideApply.apply(
      Self.deployment(["replicas": 1]), to: nil, by: Self.manager("a"), force: false, schema: deployments)
    live = try ServerSideApply.apply(
      Self.deployment(["replicas": 1]), to: live, by: Self.manager("b"), force: false, schema: deployments)
    #expect(Self.owners(live).count == 2)
    live = try ServerSideApply.apply(Self.deployment([:]), to: live, by: Self.manager("a"), force: false, schema: deployments)
    #expect(live[["spec", "replicas"]] == 1)
    live = try ServerSideApply.apply(Self.deployment([:]), to: live, by: Self.manager("b"), force: false, schema: deployments)
    #expect(live[["spec", "replicas"]] == nil)
  }

  @Test func `elements of map lists and sets are owned one by one`() throws {
    func object(_ spec: JSONValue) -> JSONValue { ["apiVersion": "x/v1", "kind": "X", "metadata": ["name": "x"], "spec": spec] }
    var live = try ServerSideApply.apply(
      object(["name": "abc", "tags": ["a", "b"], "tiers": [["name": "one", "weight": 1]]]), to: nil, by: Self.manager("a"), force: false,
      schema: custom)
    live = try ServerSideApply.apply(
      object(["tags": ["c"], "tiers": [["name": "two", "weight": 2]]]), to: live, by: Self.manager("b"), force: false, schema: custom)
    #expect(live[["spec", "tags"]] == ["a", "b", "c"])
    #expect(live[["spec", "tiers"]] == [["name": "one", "weight": 1], ["name": "two", "weight": 2]])
    live = try ServerSideApply.apply(
      object(["name": "abc", "tags": ["b"]]), to: live, by: Self.manager("a"), force: false, schema: custom)
    #expect(live[["spec", "tags"]] == ["b", "c"])
    #expect(live[["spec", "tiers"]] == [["name": "two", "weight": 2]])
    #expect(
      Self.owners(live) == [
        #"a Apply {"f:spec":{"f:name":{},"f:tags":{"v:\"b\"":{}}}}"#,
        #"b Apply {"f:spec":{"f:tags":{"v:\"c\"":{}},"f:tiers":{"k:{\"name\":\"two\"}":{".":{},"f:name":{},"f:weight":{}}}}}"#,
      ])
  }

  @Test func `a write takes over what it changes, and status has owners of its own`() throws {
    var live = try ServerSideApply.apply(
      Self.deployment(["replicas": 1, "paused": true]), to: nil, by: Self.manager("a"), force: false, schema: deployments)
    var edited = live
    edited[["spec", "replicas"]] = 5
    edited[["status", "replicas"]] = 9
    live = ServerSideApply.update(edited, from: live, by: Self.manager("edit", at: 1), schema: deployments)
    #expect(
      Self.owners(live) == [#"a Apply {"f:spec":{"f:paused":{}}}"#, #"edit Update {"f:spec":{"f:replicas":{}}}"#])
    var status = live
    status[["status", "replicas"]] = 4
    live = ServerSideApply.update(status, from: live, by: Self.manager("controller", "status", at: 2), schema: deployments)
    #expect(Self.owners(live).last == #"controller/status Update {"f:status":{"f:replicas":{}}}"#)
    #expect(live[["metadata", "managedFields"]]?[2]?["subresource"] == "status")
  }

  @Test func `time moves only when something changes`() throws {
    let intent = Self.deployment(["replicas": 1])
    let first = try ServerSideApply.apply(intent, to: nil, by: Self.manager("a", at: 1), force: false, schema: deployments)
    let again = try ServerSideApply.apply(intent, to: first, by: Self.manager("a", at: 2), force: false, schema: deployments)
    #expect(again == first)
    let unchanged = ServerSideApply.update(first, from: first, by: Self.manager("b", at: 3), schema: deployments)
    #expect(unchanged == first)
    let changed = try ServerSideApply.apply(
      Self.deployment(["replicas": 2]), to: first, by: Self.manager("a", at: 4), force: false, schema: deployments)
    #expect(changed[["metadata", "managedFields"]]?[0]?["time"] == "2026-01-01T00:00:04Z")
  }

  @Test func `kubectl moves from client-side to server-side apply without a conflict`() throws {
    var created = Self.deployment(["replicas": 1])
    let annotation = "kubectl.kubernetes.io/last-applied-configuration"
    created[["metadata", "annotations", annotation]] = .string(Self.deployment(["replicas": 1]).text())
    let live = ServerSideApply.update(created, from: nil, by: Self.manager("kubectl-client-side-apply"), schema: deployments)
    let applied = try ServerSideApply.apply(
      Self.deployment(["replicas": 2]), to: live, by: Self.manager("kubectl"), force: false, schema: deployments)
    #expect(applied[["spec", "replicas"]] == 2)
    #expect(applied[["metadata", "annotations", annotation]]?.string?.contains("\"replicas\":2") ?? false)
    var drifted = live
    drifted[["spec", "replicas"]] = 7
    drifted = ServerSideApply.update(drifted, from: live, by: Self.manager("scaler"), schema: deployments)
    #expect(throws: ApplyError.self) {
      try ServerSideApply.apply(
        Self.deployment(["replicas": 2]), to: drifted, by: Self.manager("kubectl"), force: false, schema: deployments)
    }
  }

  @Test func `managed fields cannot be applied, and can be forgotten`() throws {
    var intent = Self.deployment([:])
    intent[["metadata", "managedFields"]] = [[:]]
    #expect(throws: ApplyError.invalid("metadata.managedFields must be nil")) {
      try ServerSideApply.apply(intent, to: nil, by: Self.manager("a"), force: false, schema: deployments)
    }
    let live = try ServerSideApply.apply(
      Self.deployment(["replicas": 1]), to: nil, by: Self.manager("a"), force: false, schema: deployments)
    var reset = live
    reset[["metadata", "managedFields"]] = [[:]]
    let result = ServerSideApply.update(reset, from: live, by: Self.manager("b"), schema: deployments)
    #expect(result[["metadata", "managedFields"]] == nil)
  }

  @Test func `applying twice is applying once, whoever else applies`() throws {
    let open = try StructuralSchema.parse(["type": "object", "x-kubernetes-preserve-unknown-fields": true])
    var random = SeededGenerator(seed: 0xA441)
    for _ in 0..<200 {
      var live: JSONValue?
      for step in 0..<6 {
        let name = ["a", "b", "c"].randomElement(using: &random) ?? "a"
        let intent: JSONValue = [
          "apiVersion": "x/v1", "kind": "X", "metadata": ["name": "x"], "spec": RandomJSON.object(depth: 3, using: &random),
        ]
        let once = try ServerSideApply.apply(intent, to: live, by: Self.manager(name, at: step), force: true, schema: open)
        let twice = try ServerSideApply.apply(intent, to: once, by: Self.manager(name, at: step + 1), force: false, schema: open)
        #expect(twice == once)
        #expect(Self.holds(once["spec"], intent["spec"]), "the intent is in the result")
        live = once
      }
    }
  }

  /// Whether `value` has everything that `part` says.
  static func holds(_ value: JSONValue?, _ part: JSONValue?) -> Bool {
    guard let members = part?.object, !members.isEmpty else { return part?.object != nil || value == part }
    return members.allSatisfy { holds(value?[$0.key], $0.value) }
  }

  @Test func `field sets survive their JSON form`() throws {
    let text = #"{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:l":{"k:{\"name\":\"x\"}":{".":{},"f:v":{}},"v:1":{},"i:2":{}}}}"#
    let set = FieldSet(try JSONValue(parsing: text))
    #expect(set.json.text() == text)
    #expect(set.paths.map { $0.map(\.pathText).joined() }.contains(".spec.l[name=\"x\"].v"))
  }
}
