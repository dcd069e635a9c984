import JSON
import Testing

@testable import APIMachinery

@Suite struct StrategicMergePatchTests {
  static let pod: JSONValue = [
    "metadata": ["finalizers": ["a", "b"]],
    "spec": [
      "containers": [["name": "one", "image": "1", "env": [["name": "A", "value": "1"]]], ["name": "two", "image": "2"]],
      "nodeSelector": ["disk": "ssd"],
      "volumes": [["name": "v", "emptyDir": ["medium": "Memory"]]],
    ],
  ]

  static let cases: [(name: String, patch: JSONValue, path: [String], result: JSONValue?)] = [
    (
      "lists merge by name", ["spec": ["containers": [["name": "two", "image": "3"], ["name": "three", "image": "4"]]]],
      ["spec", "containers"],
      [
        ["name": "one", "image": "1", "env": [["name": "A", "value": "1"]]], ["name": "two", "image": "3"],
        ["name": "three", "image": "4"],
      ]
    ),
    (
      "elements are deleted", ["spec": ["containers": [["name": "one", "$patch": "delete"]]]], ["spec", "containers"],
      [["name": "two", "image": "2"]]
    ),
    (
      "a list is replaced", ["spec": ["containers": [["$patch": "replace"], ["name": "x", "image": "y"]]]], ["spec", "containers"],
      [["name": "x", "image": "y"]]
    ),
    (
      "lists in lists merge", ["spec": ["containers": [["name": "one", "env": [["name": "B", "value": "2"]]]]]], ["spec", "containers"],
      [
        ["name": "one", "image": "1", "env": [["name": "A", "value": "1"], ["name": "B", "value": "2"]]], ["name": "two", "image": "2"],
      ]
    ),
    (
      "the order is set",
      ["spec": ["$setElementOrder/containers": [["name": "two"], ["name": "one"]], "containers": [["name": "two", "image": "9"]]]],
      ["spec", "containers"],
      [["name": "two", "image": "9"], ["name": "one", "image": "1", "env": [["name": "A", "value": "1"]]]]
    ),
    ("lists of texts are united", ["metadata": ["finalizers": ["b", "c"]]], ["metadata", "finalizers"], ["a", "b", "c"]),
    ("texts are deleted", ["metadata": ["$deleteFromPrimitiveList/finalizers": ["a"]]], ["metadata", "finalizers"], ["b"]),
    ("members are replaced", ["spec": ["nodeSelector": ["$patch": "replace", "x": "y"]]], ["spec", "nodeSelector"], ["x": "y"]),
    ("members are removed", ["spec": ["nodeSelector": ["disk": nil, "x": "y"]]], ["spec", "nodeSelector"], ["x": "y"]),
    (
      "other members of a union go",
      ["spec": ["volumes": [["name": "v", "$retainKeys": ["name", "hostPath"], "hostPath": ["path": "/"]]]]],
      ["spec", "volumes"], [["name": "v", "hostPath": ["path": "/"]]]
    ),
  ]

  @Test("built-in kinds merge by their schema", arguments: cases.indices)
  func merging(_ index: Int) throws {
    let test = Self.cases[index]
    let schema = try BuiltinKindsTests.definition("pods").schema
    let result = try StrategicMergePatch.apply(test.patch, to: Self.pod, schema: schema)
    #expect(result[test.path] == test.result, "\(test.name)")
  }

  @Test func `a patch without the merge key, or with an unknown directive, is malformed`() throws {
    let schema = try BuiltinKindsTests.definition("pods").schema
    #expect(throws: PatchError(.malformed, "map: {\"image\":\"x\"} does not contain declared merge key: name")) {
      try StrategicMergePatch.apply(["spec": ["containers": [["image": "x"]]]], to: Self.pod, schema: schema)
    }
    #expect(throws: PatchError.self) { try StrategicMergePatch.apply(["spec": ["$patch": "what"]], to: Self.pod, schema: schema) }
  }
}
