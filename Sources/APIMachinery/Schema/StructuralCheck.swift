import JSON

/// What makes the schema of a CRD structural, node by node, in the words of apiextensions-apiserver.
struct StructuralCheck {
  private let json: JSONValue
  private let path: FieldPath
  private let level: SchemaParser.Level
  private var errors: [FieldError] = []

  static func errors(_ json: JSONValue, at path: FieldPath, level: SchemaParser.Level) -> [FieldError] {
    var check = StructuralCheck(json: json, path: path, level: level)
    guard json.object != nil else { return [FieldError(.invalid, path.description, value: json, detail: "must be an object")] }
    check.unsupportedWords()
    if level == .nested { check.nested() } else { check.own() }
    return check.errors
  }

  private init(json: JSONValue, path: FieldPath, level: SchemaParser.Level) {
    self.json = json
    self.path = path
    self.level = level
  }

  private mutating func report(_ kind: FieldError.Kind, _ word: String, value: JSONValue? = nil, _ detail: String) {
    errors.append(FieldError(kind, path.child(word).description, value: value, detail: detail))
  }

  private func isTrue(_ word: String) -> Bool { json[word]?.bool ?? false }

  private mutating func unsupportedWords() {
    for word in ["$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id"] where json[word] != nil {
      report(.forbidden, word, "\(word) is not supported")
    }
    if isTrue("uniqueItems") {
      report(.forbidden, "uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
    }
    if json["additionalProperties"]?.bool == false {
      report(.forbidden, "additionalProperties", "additionalProperties cannot be set to false")
    }
    if json["additionalProperties"] != nil, !(json["properties"]?.object?.isEmpty ?? true) {
      report(.forbidden, "additionalProperties", "additionalProperties and properties are mutual exclusive")
    }
    guard let type = json["type"] else { return }
    let types = ["array", "boolean", "integer", "number", "object", "string"]
    if type == "null" {
      report(.forbidden, "type", "type cannot be set to null, use nullable as an alternative")
    } else if !types.contains(type.string ?? "") {
      report(.notSupported, "type", value: type, "supported values: \(types.map { "\"\($0)\"" }.joined(separator: ", "))")
    }
  }

  /// A node of the structure itself.
  private mutating func own() {
    let type = json["type"]?.string ?? ""
    if type.isEmpty, !isTrue("x-kubernetes-int-or-string"), !isTrue("x-kubernetes-preserve-unknown-fields") {
      report(.required, "type", Self.missingType[level] ?? "")
    }
    if level == .root, !type.isEmpty, type != "object" { report(.invalid, "type", value: .string(type), "must be object at the root") }
    if type == "array", json["items"] == nil { report(.required, "items", "must be specified") }
    if isTrue("x-kubernetes-int-or-string"), !type.isEmpty {
      report(.invalid, "type", value: .string(type), "must be empty if x-kubernetes-int-or-string is true")
    }
    embedded(type)
    resourceMembers()
    listWords(type)
    completeness()
  }

  private static let missingType: [SchemaParser.Level: String] = [
    .root: "must not be empty at the root", .item: "must not be empty for specified array items",
    .field: "must not be empty for specified object fields",
  ]

  private mutating func embedded(_ type: String) {
    guard isTrue("x-kubernetes-embedded-resource") else { return }
    if type != "object" {
      report(.invalid, "type", value: .string(type), "must be object if x-kubernetes-embedded-resource is true")
    }
    if !isTrue("x-kubernetes-preserve-unknown-fields"), json["properties"]?.object?.isEmpty ?? true {
      let detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
      report(.required, "properties", detail)
    }
  }

  private mutating func resourceMembers() {
    guard level == .root || isTrue("x-kubernetes-embedded-resource"), let properties = json["properties"]?.object else { return }
    for (name, type) in [("kind", "string"), ("apiVersion", "string"), ("metadata", "object")] {
      guard let property = properties[name], property["type"]?.string != type else { continue }
      report(.invalid, "properties[\(name)].type", value: property["type"] ?? "", "must be \(type)")
    }
    let allowed: Set = ["name", "generateName"]
    if properties["metadata"]?["properties"]?.object?.contains(where: { !allowed.contains($0.key) }) ?? false {
      let detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
      report(.forbidden, "properties[metadata]", detail)
    }
  }

  private mutating func listWords(_ type: String) {
    let keys = json["x-kubernetes-list-map-keys"]?.strings
    if let listType = json["x-kubernetes-list-type"]?.string {
      if type != "array" {
        report(.invalid, "type", value: .string(type), "must be array if x-kubernetes-list-type is specified")
      }
      if !["atomic", "set", "map"].contains(listType) {
        report(.notSupported, "x-kubernetes-list-type", value: .string(listType), "supported values: \"atomic\", \"map\", \"set\"")
      }
      if listType == "map" {
        if keys?.isEmpty ?? true { report(.required, "x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map") }
        mapListKeys(keys ?? [])
      }
    }
    if keys != nil, json["x-kubernetes-list-type"]?.string != "map" {
      let value: JSONValue = json["x-kubernetes-list-type"] ?? .null
      report(.invalid, "x-kubernetes-list-type", value: value, "must be map if x-kubernetes-list-map-keys is non-empty")
    }
    if json["x-kubernetes-map-type"] != nil, type != "object" {
      report(.invalid, "type", value: .string(type), "must be object if x-kubernetes-map-type is specified")
    }
  }

  private mutating func mapListKeys(_ keys: [String]) {
    guard let items = json["items"] else { return }
    for key in keys {
      guard let property = items["properties"]?[key] else {
        let detail = "entries must all be names of item properties"
        report(.invalid, "x-kubernetes-list-map-keys", value: .string(key), detail)
        continue
      }
      let isRequired = items["required"]?.strings?.contains(key) ?? false
      if !isRequired, property["default"] == nil {
        let detail = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
        report(.required, "items.properties[\(key)].default", detail)
      }
    }
  }

  // MARK: Value validations

  /// Inside of allOf, anyOf, oneOf, not: only checks of values, nothing that shapes the structure.
  private mutating func nested() {
    if json["type"] != nil, !isIntOrStringAlternative { report(.forbidden, "type", "must be empty to be structural") }
    if json["additionalProperties"] != nil { report(.forbidden, "additionalProperties", "must be undefined to be structural") }
    for word in ["title", "description"] where !(json[word]?.string ?? "").isEmpty {
      report(.forbidden, word, "must be empty to be structural")
    }
    if json["default"] != nil { report(.forbidden, "default", "must be undefined to be structural") }
    for word in ["nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string"]
    where isTrue(word) {
      report(.forbidden, word, "must be false to be structural")
    }
    for word in ["x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type"] where json[word] != nil {
      report(.forbidden, word, "must be undefined to be structural")
    }
  }

  /// `anyOf: [{type: integer}, {type: string}]` beside x-kubernetes-int-or-string is allowed.
  private var isIntOrStringAlternative: Bool {
    json.object?.count == 1 && (json["type"] == "integer" || json["type"] == "string")
      && path.description.split(separator: ".").last?.hasPrefix("anyOf[") ?? false
  }

  /// A field that only a value validation mentions would escape pruning.
  private mutating func completeness() {
    for word in ["allOf", "anyOf", "oneOf"] {
      for (index, schema) in (json[word]?.array ?? []).enumerated() { complete(schema, within: json, path, path.child(word).index(index)) }
    }
    if let not = json["not"] { complete(not, within: json, path, path.child("not")) }
  }

  private mutating func complete(_ schema: JSONValue, within own: JSONValue, _ ownPath: FieldPath, _ path: FieldPath) {
    for member in schema["properties"]?.object ?? [:] {
      let place = ownPath.child("properties").key(member.key)
      let nested = path.child("properties").key(member.key)
      guard let property = own["properties"]?[member.key] else {
        if own["additionalProperties"] == nil, !isTrue("x-kubernetes-preserve-unknown-fields") {
          errors.append(FieldError(.required, place.description, detail: "because it is defined in \(nested)"))
        }
        continue
      }
      complete(member.value, within: property, place, nested)
    }
    if let items = schema["items"] {
      guard let ownItems = own["items"] else {
        errors.append(FieldError(.required, ownPath.child("items").description, detail: "because it is defined in \(path.child("items"))"))
        return
      }
      complete(items, within: ownItems, ownPath.child("items"), path.child("items"))
    }
    for word in ["allOf", "anyOf", "oneOf"] {
      for (index, inner) in (schema[word]?.array ?? []).enumerated() {
        complete(inner, within: own, ownPath, path.child(word).index(index))
      }
    }
  }
}
