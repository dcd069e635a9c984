import JSON

/// A schema with a bit of everything, and what is wrong with objects, in the words of a real API server.
enum SchemaCases {
  static let schema: JSONValue = [
    "type": "object",
    "properties": [
      "spec": [
        "type": "object", "required": ["name"],
        "properties": [
          "name": ["type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"],
          "mode": ["type": "string", "enum": ["fast", "slow"], "default": "fast"],
          "weight": ["type": "integer", "format": "int32", "minimum": 1, "maximum": 100],
          "ratio": ["type": "number", "exclusiveMinimum": true, "minimum": 0, "multipleOf": 0.5],
          "port": ["x-kubernetes-int-or-string": true, "anyOf": [["type": "integer"], ["type": "string"]]],
          "when": ["type": "string", "format": "date-time"],
          "maybe": ["type": "string", "nullable": true],
          "labels": ["type": "object", "additionalProperties": ["type": "string"], "maxProperties": 2],
          "open": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
          "tags": ["type": "array", "x-kubernetes-list-type": "set", "items": ["type": "string"], "minItems": 1, "maxItems": 3],
          "tiers": [
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": [
              "type": "object", "required": ["name"],
              "properties": [
                "name": ["type": "string"], "weight": ["type": "integer", "minimum": 1, "default": 10],
              ],
              "x-kubernetes-validations": [
                ["rule": "self.weight != 13", "message": "unlucky"], ["rule": "self.weight >= oldSelf.weight"],
              ],
            ],
          ],
          "choice": [
            "type": "object", "properties": ["a": ["type": "string"], "b": ["type": "string"]],
            "oneOf": [["required": ["a"]], ["required": ["b"]]],
          ],
        ],
        "x-kubernetes-validations": [
          [
            "rule": "!has(self.weight) || self.mode != 'slow' || self.weight < 50",
            "messageExpression": "'slow at ' + string(self.weight)", "fieldPath": ".weight", "reason": "FieldValueForbidden",
          ],
          ["rule": "self.name != 'boom' || self.labels.x == 'y'"],
        ],
      ]
    ],
  ]

  struct Case: Sendable {
    let spec: JSONValue
    var old: JSONValue?
    let errors: [String]

    init(_ spec: JSONValue, old: JSONValue? = nil, _ errors: String...) {
      self.spec = spec
      self.old = old
      self.errors = errors
    }
  }

  static let cases: [Case] = [
    Case(["name": "abc", "weight": 5, "ratio": 1.5, "port": "http", "maybe": nil, "labels": ["a": "b"], "open": ["x": 1]]),
    Case([:], "spec.name: Required value"),
    Case(["name": "a"], "spec.name: Invalid value: \"a\": spec.name in body should be at least 2 chars long"),
    Case(["name": "abcdef"], "spec.name: Too long: may not be more than 5 bytes"),
    Case(["name": "ABC"], "spec.name: Invalid value: \"ABC\": spec.name in body should match '^[a-z]+$'"),
    Case(["name": 5], "spec.name: Invalid value: \"integer\": spec.name in body must be of type string: \"integer\""),
    Case(["name": nil], "spec.name: Invalid value: \"null\": spec.name in body must be of type string: \"null\""),
    Case(["name": "abc", "mode": "x"], "spec.mode: Unsupported value: \"x\": supported values: \"fast\", \"slow\""),
    Case(["name": "abc", "weight": 0], "spec.weight: Invalid value: 0: spec.weight in body should be greater than or equal to 1"),
    Case(["name": "abc", "weight": 101], "spec.weight: Invalid value: 101: spec.weight in body should be less than or equal to 100"),
    Case(
      ["name": "abc", "weight": 1.5], "spec.weight: Invalid value: \"number\": spec.weight in body must be of type integer: \"number\""),
    Case(["name": "abc", "ratio": 0], "spec.ratio: Invalid value: 0: spec.ratio in body should be greater than 0"),
    Case(["name": "abc", "ratio": 0.7], "spec.ratio: Invalid value: 0.7: spec.ratio in body should be a multiple of 0.5"),
    Case(
      ["name": "abc", "port": true], "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\""),
    Case(["name": "abc", "when": "noon"], "spec.when: Invalid value: \"noon\": spec.when in body must be of type date-time: \"noon\""),
    Case(
      ["name": "abc", "when": "2026-02-30T00:00:00Z"],
      "spec.when: Invalid value: \"2026-02-30T00:00:00Z\": spec.when in body must be of type date-time: \"2026-02-30T00:00:00Z\""),
    Case(
      ["name": "abc", "labels": ["a": 1]],
      "spec.labels.a: Invalid value: \"integer\": spec.labels.a in body must be of type string: \"integer\""),
    Case(["name": "abc", "labels": ["a": "", "b": "", "c": ""]], "spec.labels: Too many: 3: must have at most 2 properties"),
    Case(["name": "abc", "tags": []], "spec.tags: Invalid value: 0: spec.tags in body should have at least 1 items"),
    Case(["name": "abc", "tags": ["a", "b", "c", "d"]], "spec.tags: Too many: 4: must have at most 3 items"),
    Case(["name": "abc", "tags": ["a", "b", "a"]], "spec.tags[2]: Duplicate value: \"a\""),
    Case(
      ["name": "abc", "tiers": [["name": "a", "weight": 0]]],
      "spec.tiers[0].weight: Invalid value: 0: spec.tiers[0].weight in body should be greater than or equal to 1"),
    Case(
      ["name": "abc", "tiers": [["name": "a", "weight": 1], ["name": "a", "weight": 2]]], "spec.tiers[1]: Duplicate value: {\"name\":\"a\"}"
    ),
    Case(
      ["name": "abc", "choice": ["a": "1", "b": "2"]],
      "spec.choice: Invalid value: \"\": \"spec.choice\" must validate one and only one schema (oneOf). Found 2 valid alternatives"),
    Case(
      ["name": "abc", "choice": [:]],
      "spec.choice: Invalid value: \"\": \"spec.choice\" must validate one and only one schema (oneOf). Found none valid",
      "spec.choice.a: Required value"),
    Case(["name": "abc", "tiers": [["name": "a", "weight": 13]]], "spec.tiers[0]: Invalid value: \"object\": unlucky"),
    Case(["name": "abc", "mode": "slow", "weight": 60], "spec.weight: Forbidden: slow at 60"),
    Case(
      ["name": "boom", "mode": "fast"],
      "spec: Invalid value: \"object\": no such key: labels evaluating rule: self.name != 'boom' || self.labels.x == 'y'"),
    Case(
      ["name": "boom", "labels": ["x": "z"]],
      "spec: Invalid value: \"object\": failed rule: self.name != 'boom' || self.labels.x == 'y'"),
    Case(
      ["name": "abc", "tiers": [["name": "b", "weight": 1], ["name": "a", "weight": 4]]],
      old: ["name": "abc", "tiers": [["name": "a", "weight": 5]]],
      "spec.tiers[1]: Invalid value: \"object\": failed rule: self.weight >= oldSelf.weight"),
    Case(["name": "abc", "tiers": [["name": "a", "weight": 6]]], old: ["name": "abc", "tiers": [["name": "a", "weight": 5]]]),
  ]
}
