import JSON

extension Shape {
  /// As JSON Schema (2020-12), which OpenAPI 3.1 uses. Named shapes become references below `prefix`; without one they are written out.
  package func schema(references prefix: String? = nil) -> JSONValue {
    switch self {
    case .text(let range):
      ["type": "string", "minLength": JSONValue(range.lowerBound), "maxLength": JSONValue(range.upperBound)]
    case .choice(let choices): ["type": "string", "enum": JSONValue(choices)]
    case .number(let range): ["type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)]
    case .integer(let range): ["type": "integer", "minimum": JSONValue(range.lowerBound), "maximum": JSONValue(range.upperBound)]
    case .boolean: ["type": "boolean"]
    case .list(let element, let range):
      [
        "type": "array", "items": element.schema(references: prefix), "minItems": JSONValue(range.lowerBound),
        "maxItems": JSONValue(range.upperBound),
      ]
    case .map(let element, let minimum, let maximum):
      [
        "type": "object", "additionalProperties": element.schema(references: prefix), "minProperties": JSONValue(minimum),
        "maxProperties": JSONValue(maximum),
      ]
    case .object(let shape): shape.schema(references: prefix)
    case .nullable(let shape): ["anyOf": [shape.schema(references: prefix), ["type": "null"]]]
    case .reference(let name, let shape): prefix.map { ["$ref": .string($0 + name)] } ?? shape.schema(references: nil)
    case .any: [:]
    }
  }

  /// The named shapes that this one uses, each once.
  package var references: [String: Shape] {
    switch self {
    case .reference(let name, let shape): shape.references.merging([name: shape]) { $1 }
    case .list(let shape, _), .map(let shape, _, _), .nullable(let shape): shape.references
    case .object(let object): object.members.reduce(into: [:]) { $0.merge($1.shape.references) { $1 } }
    default: [:]
    }
  }
}

extension ObjectShape {
  fileprivate func schema(references prefix: String?) -> JSONValue {
    var properties = JSONObject()
    for member in members {
      var schema = member.shape.schema(references: prefix)
      if !member.summary.isEmpty { schema["description"] = .string(member.summary) }
      properties[member.name] = schema
    }
    var schema: JSONValue = ["type": "object", "properties": .object(properties)]
    let required = members.filter(\.isRequired).map(\.name)
    if !required.isEmpty { schema["required"] = JSONValue(required) }
    if !isOpen { schema["additionalProperties"] = false }
    if !rules.isEmpty { schema["allOf"] = .array(rules.map(\.schema)) }
    return schema
  }
}

extension ObjectShape.Rule {
  fileprivate var schema: JSONValue {
    switch self {
    case .exactlyOne(let names, _): ["oneOf": .array(names.map { ["required": [.string($0)]] })]
    case .anyOf(let sets, _): ["anyOf": .array(sets.map(Self.requiring))]
    case .when(let name, let text, let needs, _):
      [
        "anyOf": .array(
          [["not": ["required": [.string(name)], "properties": .object(JSONObject([(name, ["const": .string(text)])]))]]]
            + needs.map { ["required": [.string($0)]] })
      ]
    case .notAllZero(let names, _):
      ["not": ["required": JSONValue(names), "properties": .object(JSONObject(names.map { ($0, ["const": 0]) }))]]
    }
  }

  /// An object that has all these paths.
  private static func requiring(_ paths: [[String]]) -> JSONValue {
    let first = paths.compactMap(\.first)
    var names: [String] = []
    for name in first where !names.contains(name) { names.append(name) }
    var schema: JSONValue = ["required": JSONValue(names)]
    for name in names {
      let rest = paths.filter { $0.first == name && $0.count > 1 }.map { Array($0.dropFirst()) }
      if !rest.isEmpty { schema[["properties", name]] = requiring(rest) }
    }
    return schema
  }
}
