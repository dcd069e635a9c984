import JSON
import Testing

@testable import APIMachinery

@Suite struct StructuralSchemaTests {
  @Test("an object is judged in the words of a real API server", arguments: SchemaCases.cases.indices)
  func validation(_ index: Int) throws {
    let schema = try StructuralSchema.parse(SchemaCases.schema)
    let test = SchemaCases.cases[index]
    func object(_ spec: JSONValue) -> JSONValue { schema.applyingDefaults(to: ["metadata": ["name": "x"], "spec": spec]) }
    let errors = schema.validate(object(test.spec), old: test.old.map(object))
    #expect(errors.map(\.description) == test.errors)
  }

  @Test func `defaults fill what is missing, at every depth, and null where null is not allowed`() throws {
    let schema = try StructuralSchema.parse(SchemaCases.schema)
    let object: JSONValue = ["spec": ["name": "abc", "mode": nil, "maybe": nil, "tiers": [["name": "a"], ["name": "b", "weight": 3]]]]
    let expected: JSONValue = [
      "spec": ["name": "abc", "mode": "fast", "maybe": nil, "tiers": [["name": "a", "weight": 10], ["name": "b", "weight": 3]]]
    ]
    #expect(schema.applyingDefaults(to: object) == expected)
    #expect(schema.applyingDefaults(to: [:]) == [:])
  }

  @Test func `pruning removes what the schema does not know, and says what`() throws {
    let schema = try StructuralSchema.parse(SchemaCases.schema)
    var object: JSONValue = [
      "apiVersion": "x/v1", "kind": "X", "metadata": ["name": "x", "labels": ["a": "b"], "nonsense": 1],
      "spec": ["name": "abc", "foo": 1, "open": ["any": ["thing": 1]], "labels": ["k": "v"], "tiers": [["name": "a", "bar": 2]]],
      "status": ["x": 1],
    ]
    let removed = schema.prune(&object)
    #expect(removed == ["metadata.nonsense", "spec.foo", "spec.tiers[0].bar", "status"])
    #expect(StructuralSchema.unknownFieldMessage("spec.foo") == "unknown field \"spec.foo\"")
    #expect(object["spec"] == ["name": "abc", "open": ["any": ["thing": 1]], "labels": ["k": "v"], "tiers": [["name": "a"]]])
  }

  static let refusals: [(JSONValue, [String])] = [
    ([:], ["s.type: Required value: must not be empty at the root"]),
    (["type": "array", "items": ["type": "string"]], ["s.type: Invalid value: \"array\": must be object at the root"]),
    (
      ["type": "object", "properties": ["a": ["description": "x"], "b": ["type": "array"]]],
      [
        "s.properties[a].type: Required value: must not be empty for specified object fields",
        "s.properties[b].items: Required value: must be specified",
      ]
    ),
    (
      ["type": "object", "properties": ["a": ["type": "string", "uniqueItems": true, "$ref": "#/x"]]],
      [
        "s.properties[a].$ref: Forbidden: $ref is not supported",
        "s.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
      ]
    ),
    (
      ["type": "object", "anyOf": [["properties": ["x": ["type": "string"]]]]],
      [
        "s.properties[x]: Required value: because it is defined in s.anyOf[0].properties[x]",
        "s.anyOf[0].properties[x].type: Forbidden: must be empty to be structural",
      ]
    ),
    (
      ["type": "object", "properties": ["a": ["type": "string", "pattern": "("]]],
      [
        "s.properties[a].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(`"
      ]
    ),
    (
      ["type": "object", "x-kubernetes-validations": [["rule": "self.a +"], ["rule": " "]]],
      [
        "s.x-kubernetes-validations[0].rule: Invalid value: \"self.a +\": compilation failed: ERROR: <input>:1:9: Syntax error: "
          + "mismatched input '<EOF>'\n | self.a +\n | ........^",
        "s.x-kubernetes-validations[1].rule: Required value: rule is not specified",
      ]
    ),
    (
      [
        "type": "object",
        "properties": [
          "l": ["type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"], "items": ["type": "object"]]
        ],
      ],
      ["s.properties[l].x-kubernetes-list-map-keys: Invalid value: \"k\": entries must all be names of item properties"]
    ),
    (
      ["type": "object", "properties": ["metadata": ["type": "object", "properties": ["labels": ["type": "object"]]]]],
      [
        "s.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified"
      ]
    ),
  ]

  @Test("a schema that is not structural is refused", arguments: refusals.indices)
  func refusal(_ index: Int) {
    let (schema, expected) = Self.refusals[index]
    let error = #expect(throws: FieldErrors.self) { try StructuralSchema.parse(schema, at: "s") }
    #expect(Set(error?.errors.map(\.description) ?? []) == Set(expected))
  }

  @Test func `several errors make one sentence`() {
    let errors = [FieldError(.required, "spec.a"), FieldError(.invalid, "spec.b", value: 1, detail: "no")]
    #expect(errors.aggregate == "[spec.a: Required value, spec.b: Invalid value: 1: no]")
    #expect([errors[0]].aggregate == "spec.a: Required value")
  }
}
