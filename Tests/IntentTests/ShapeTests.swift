import Intent
import JSON
import Testing

@Suite("Shapes of JSON")
struct ShapeTests {
  static let shape = Shape.object(
    [
      .init("name", .text(1...5), "a name", required: true), .init("kind", .choice(["a", "b"])), .init("share", .number(0...1)),
      .init("counts", .list(.integer(1...9), 1...3)), .init("on", .boolean), .init("parent", .nullable(.text(1...5))),
      .init("labels", .map(.text(0...3), maximum: 2)),
    ],
    rules: [
      .exactlyOne(["share", "counts"], message: "one of share and counts"),
      .anyOf([[["kind"]], [["labels", "kind"]]], message: "kind, or labels.kind"),
    ])

  @Test(
    "Each wrong place is named",
    arguments: [
      (#"{"name": "x", "kind": "a", "share": 0.5}"#, []), (#"{"name": "x", "labels": {"kind": "c"}, "counts": [1]}"#, []),
      (#"{"name": "x", "kind": "a", "share": 0.5, "parent": null}"#, []), (#"[]"#, [""]),
      (#"{"kind": "a", "share": 0.5}"#, ["name"]), (#"{"name": "", "kind": "a", "share": 0.5}"#, ["name"]),
      (#"{"name": "🙂🙂🙂🙂🙂", "kind": "a", "share": 0.5}"#, []), (#"{"name": "abcdef", "kind": "a", "share": 0.5}"#, ["name"]),
      (#"{"name": 5, "kind": "c", "share": 2}"#, ["name", "kind", "share"]),
      (#"{"name": "x", "kind": "a", "counts": [0, 5, "7"]}"#, ["counts[0]", "counts[2]"]),
      (#"{"name": "x", "kind": "a", "counts": []}"#, ["counts"]), (#"{"name": "x", "kind": "a", "counts": [1, 1, 1, 1]}"#, ["counts"]),
      (#"{"name": "x", "kind": "a", "share": 0, "counts": [1]}"#, [""]), (#"{"name": "x", "kind": "a"}"#, [""]),
      (#"{"name": "x", "share": 0}"#, [""]), (#"{"name": "x", "kind": "a", "share": 0, "on": 1}"#, ["on"]),
      (#"{"name": "x", "kind": "a", "share": 0, "extra": 1}"#, ["extra"]),
      (#"{"name": "x", "kind": "a", "share": 0, "labels": {"a": "1", "b": "2", "c": "3"}}"#, ["labels"]),
      (#"{"name": "x", "kind": "a", "share": 0, "labels": {"a": "1234"}}"#, ["labels.a"]),
      (#"{"name": "x", "kind": "a", "counts": [1.0, 2.5]}"#, ["counts[1]"]),
    ] as [(String, [String])])
  func problems(json: String, fields: [String]) throws {
    #expect(Self.shape.problems(in: try JSONValue(parsing: Array(json.utf8))).map(\.field) == fields)
  }

  @Test("The list of problems is bounded, and so is what they repeat")
  func bounded() {
    let object = JSONValue.object(JSONObject((0..<1000).map { ("\($0)" + String(repeating: "k", count: 1000), "x") }))
    let problems = Self.shape.problems(in: object)
    #expect(problems.count <= Shape.maximumProblems + 4)
    #expect(problems.allSatisfy { $0.field.count < 100 })
  }

  @Test("The schema says what is checked")
  func schema() {
    let schema = Shape.object(
      [.init("a", .reference("A", .integer(1...2)), "an a", required: true), .init("b", .nullable(.choice(["x"])))],
      rules: [.anyOf([[["a"]], [["b", "c"], ["b", "d"]]], message: "")]
    ).schema(references: "#/x/")
    #expect(
      schema == [
        "type": "object",
        "properties": [
          "a": ["$ref": "#/x/A", "description": "an a"], "b": ["anyOf": [["type": "string", "enum": ["x"]], ["type": "null"]]],
        ],
        "required": ["a"], "additionalProperties": false,
        "allOf": [["anyOf": [["required": ["a"]], ["required": ["b"], "properties": ["b": ["required": ["c", "d"]]]]]]],
      ])
  }
}
