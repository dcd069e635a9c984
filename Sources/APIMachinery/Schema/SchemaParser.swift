import JSON

/// Reads schemas from OpenAPI: those of CRDs (checked for being structural) and those of built-in kinds (which refer to
/// shared definitions).
struct SchemaParser {
  /// Where in a CRD's schema a node stands: the structural rules differ.
  enum Level: Sendable {
    case root, field, item
    /// Inside of allOf, anyOf, oneOf or not: value validations only.
    case nested

    var field: Level { self == .nested ? .nested : .field }
    var item: Level { self == .nested ? .nested : .item }
  }

  /// Definitions that `$ref` may name; empty for CRDs.
  let definitions: JSONObject
  let checksStructure: Bool
  var errors: [FieldError] = []
  private var shared: [String: StructuralSchema] = [:]

  init(definitions: JSONObject = [:], checksStructure: Bool) {
    self.definitions = definitions
    self.checksStructure = checksStructure
  }

  mutating func schema(_ json: JSONValue, at path: FieldPath, level: Level) -> StructuralSchema {
    if !checksStructure, let name = Self.reference(json) {
      if let known = shared[name] { return known }
      let parsed = schema(definitions[name] ?? ["type": "object", "x-kubernetes-preserve-unknown-fields": true], at: path, level: level)
      shared[name] = parsed
      return parsed
    }
    if checksStructure { errors += StructuralCheck.errors(json, at: path, level: level) }
    return StructuralSchema(json, at: path, level: level, parser: &self)
  }

  mutating func additionalProperties(_ json: JSONValue, at path: FieldPath, level: Level) -> StructuralSchema.AdditionalProperties {
    switch json["additionalProperties"] {
    case nil: .unspecified
    case .bool(let allowed): allowed ? .any : .unspecified
    case let value?: .schema(schema(value, at: path.child("additionalProperties"), level: level.field))
    }
  }

  /// The definition that a schema refers to, as `#/definitions/NAME`, `#/components/schemas/NAME` or `NAME`.
  static func reference(_ json: JSONValue) -> String? {
    guard let text = json["$ref"]?.string ?? json["allOf"]?[0]?["$ref"]?.string else { return nil }
    return text.split(separator: "/").last.map(String.init)
  }
}

extension StructuralSchema {
  /// The schema of a version of a CRD, `openAPIV3Schema`.
  ///
  /// - Parameter path: where it stands in the CRD, for the messages: `spec.versions[0].schema.openAPIV3Schema`.
  /// Throws every reason for which the API server would refuse the CRD.
  package static func parse(_ json: JSONValue, at path: String = "openAPIV3Schema") throws(FieldErrors) -> StructuralSchema {
    var parser = SchemaParser(checksStructure: true)
    let schema = parser.schema(json, at: FieldPath(path), level: .root)
    guard parser.errors.isEmpty else { throw FieldErrors(parser.errors) }
    return schema
  }
}
