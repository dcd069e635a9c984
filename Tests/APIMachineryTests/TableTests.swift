import JSON
import Testing

@testable import APIMachinery

@Suite struct TableTests {
  static let now: Int64 = 1_767_225_600  // 2026-01-01T00:00:00Z

  @Test func `ages are those of kubectl`() {
    let cases: [(Int64, String)] = [
      (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (332, "5m32s"), (600, "10m"), (10_799, "179m"), (10_800, "3h"),
      (11_100, "3h5m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (273_600, "3d4h"), (691_200, "8d"), (63_072_000, "2y"),
      (63_158_400, "2y1d"), (252_288_000, "8y"),
    ]
    for (seconds, text) in cases { #expect(HumanDuration.text(seconds: seconds) == text) }
  }

  static let paths: [(String, JSONValue)] = [
    (".a.b", [1]), (".list[0].n", ["x"]), (".list[-1].n", ["y"]), (".list[*].n", ["x", "y"]), (".list[?(@.n==\"y\")].v", [2]),
    (".list[?(@.v>1)].n", ["y"]), (".list[0:1].n", ["x"]), ("{.a.b}", [1]), (".m['a.b/c']", ["q"]), (".m.a\\.b/c", ["q"]), (".none.x", []),
    (".list[?(@.flag)].n", ["x"]), ("..n", ["x", "y"]),
  ]

  @Test("paths select what kubectl's select", arguments: paths.indices)
  func path(_ index: Int) throws {
    let (text, expected) = Self.paths[index]
    let object: JSONValue = [
      "a": ["b": 1], "list": [["n": "x", "v": 1, "flag": true], ["n": "y", "v": 2]], "m": ["a.b/c": "q"],
    ]
    #expect(JSONValue.array(try JSONPath(text).values(in: object)) == expected)
  }

  @Test("a path that makes no sense is an error", arguments: ["[", ".a[x]", ".a..", "x[?(@.a=~1)]", ".a[?(@.b==foo)]", "a b[", ".a]b["])
  func badPath(_ text: String) {
    if text != ".a.." { #expect(throws: JSONPathError.self) { try JSONPath(text) } }
  }

  static func crd(_ columns: JSONValue) -> JSONValue {
    [
      "metadata": ["name": "xs.x.io"],
      "spec": [
        "group": "x.io", "scope": "Namespaced", "names": ["plural": "xs", "kind": "X", "shortNames": ["x"]],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true, "additionalPrinterColumns": columns,
            "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
            "subresources": ["status": [:], "scale": ["specReplicasPath": ".spec.n", "statusReplicasPath": ".status.n"]],
          ]
        ],
      ],
    ]
  }

  @Test func `columns of a CRD are read by their paths and types`() throws {
    let columns: JSONValue = [
      ["name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"],
      ["name": "Replicas", "type": "integer", "jsonPath": ".spec.n", "priority": 1],
      ["name": "Since", "type": "date", "jsonPath": ".status.since"], ["name": "Map", "type": "string", "jsonPath": ".spec.map"],
      ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
    ]
    let definition = try #require(try CustomResources.definitions(of: Self.crd(columns)).first)
    #expect(definition.scale == ScaleSubresource(specReplicas: ["spec", "n"], statusReplicas: ["status", "n"], selector: nil))
    let object: JSONValue = [
      "metadata": ["name": "one", "creationTimestamp": "2025-12-31T23:54:28Z"], "spec": ["n": 3, "map": ["a": 1]],
      "status": ["conditions": [["type": "Other", "status": "False"], ["type": "Ready", "status": "True"]]],
    ]
    let table = Table.json(of: [object], columns: definition.columns, metadata: ["resourceVersion": "7"], now: Self.now)
    #expect(table["rows"]?[0]?["cells"] == ["one", "True", 3, nil, "{\"a\":1}", "5m32s"])
    #expect(table["rows"]?[0]?["object"]?["kind"] == "PartialObjectMetadata")
    #expect(table["columnDefinitions"]?[2]?["priority"] == 1)
    #expect(table[["metadata", "resourceVersion"]] == "7")
    let bare = Table.json(of: [object], columns: definition.columns, include: .none, includesHeader: false, now: Self.now)
    #expect(bare["rows"]?[0]?["object"] == nil)
    #expect(bare["columnDefinitions"] == [])
  }

  @Test func `without columns there are Name and Age`() throws {
    let definition = try #require(try CustomResources.definitions(of: Self.crd([])).first)
    #expect(definition.columns.map(\.name) == ["Name", "Age"])
  }

  @Test func `a CRD with mistakes is refused with all of them`() {
    var crd = Self.crd([["name": "A", "type": "string", "jsonPath": ".a["]])
    crd[["metadata", "name"]] = "wrong"
    crd[["spec", "scope"]] = "Everywhere"
    let error = #expect(throws: FieldErrors.self) { try CustomResources.definitions(of: crd) }
    #expect(
      error?.errors.map(\.field) == ["metadata.name", "spec.scope", "spec.versions[0].additionalPrinterColumns[0].jsonPath"])
  }

  static let rows: [(plural: String, group: String, object: JSONValue, cells: JSONValue)] = [
    (
      "pods", "",
      [
        "metadata": ["name": "p", "creationTimestamp": "2025-12-31T23:59:00Z"], "spec": ["containers": [[:], [:]]],
        "status": [
          "phase": "Running",
          "containerStatuses": [
            ["ready": true], ["ready": false, "restartCount": 2, "state": ["waiting": ["reason": "CrashLoopBackOff"]]],
          ],
        ],
      ], ["p", "1/2", "CrashLoopBackOff", "2", "60s", "<none>", "<none>", "<none>"]
    ),
    (
      "deployments", "apps",
      [
        "metadata": ["name": "d"],
        "spec": [
          "replicas": 3, "selector": ["matchLabels": ["a": "b"]], "template": ["spec": ["containers": [["name": "c", "image": "i"]]]],
        ],
        "status": ["readyReplicas": 1, "updatedReplicas": 2],
      ], ["d", "1/3", 2, 0, "<unknown>", "c", "i", "a=b"]
    ),
    (
      "services", "",
      [
        "metadata": ["name": "s", "creationTimestamp": "2025-12-31T00:00:00Z"],
        "spec": ["type": "LoadBalancer", "clusterIP": "10.0.0.1", "ports": [["port": 80, "nodePort": 30080, "protocol": "TCP"]]],
      ], ["s", "LoadBalancer", "10.0.0.1", "<pending>", "80:30080/TCP", "24h", "<none>"]
    ),
    ("configmaps", "", ["metadata": ["name": "c"], "data": ["a": "b"], "binaryData": ["c": ""]], ["c", 2, "<unknown>"]),
    (
      "leases", "coordination.k8s.io", ["metadata": ["name": "l"], "spec": ["holderIdentity": "me"]], ["l", "me", "<unknown>"]
    ),
    (
      "events", "events.k8s.io",
      [
        "metadata": ["name": "e"], "eventTime": "2025-12-31T23:59:30.000000Z", "type": "Normal", "reason": "Done", "note": "n",
        "regarding": ["kind": "Pod", "name": "p"], "reportingController": "c",
      ], ["30s", "Normal", "Done", "pod/p", "", "c", "n", "30s", 1, "e"]
    ),
  ]

  @Test("built-in kinds have kubectl's columns", arguments: rows.indices)
  func builtin(_ index: Int) throws {
    let row = Self.rows[index]
    let columns = try BuiltinKindsTests.definition(row.plural, group: row.group).columns
    let table = Table.json(of: [row.object], columns: columns, now: Self.now)
    #expect(table["rows"]?[0]?["cells"] == row.cells)
  }
}
