import JSON

/// The schema of a kind, read once from OpenAPI: types, defaults, bounds, list and map semantics, CEL rules.
///
/// One tree serves validation, defaulting, pruning, strategic merge and server-side apply. Built-in kinds share the nodes of
/// the definitions that they have in common, so a node never knows where in an object it is used.
package final class StructuralSchema: Sendable {
  /// What an object may hold beside its named properties.
  package enum AdditionalProperties: Sendable {
    /// Nothing was said: unknown members are pruned.
    case unspecified
    /// `additionalProperties: true`.
    case any
    case schema(StructuralSchema)
  }

  package enum ListType: String, Sendable {
    case atomic, set, map
  }

  /// `object`, `array`, `string`, `integer`, `number`, `boolean`; `nil` with int-or-string and inside value validations.
  package let type: String?
  package let format: String?
  package let properties: [String: StructuralSchema]
  package let additionalProperties: AdditionalProperties
  package let items: StructuralSchema?
  package let defaultValue: JSONValue?
  package let isNullable: Bool
  package let isIntOrString: Bool
  package let preservesUnknownFields: Bool
  package let isEmbeddedResource: Bool
  /// `nil` where the schema says nothing, which means atomic.
  package let listType: ListType?
  package let listMapKeys: [String]
  package let isAtomicMap: Bool
  /// For strategic merge patches of built-in kinds.
  package let patchMergeKey: String?
  package let patchStrategies: [String]
  let bounds: ValueBounds
  let combined: CombinedSchemas
  let rules: [ValidationRule]
  /// Whether this node or one below has a default; whole subtrees without any are skipped.
  let hasDefaults: Bool
  /// Whether this node or one below has a CEL rule.
  let hasRules: Bool

  init(_ json: JSONValue, at path: FieldPath, level: SchemaParser.Level, parser: inout SchemaParser) {
    type = json["type"]?.string
    format = json["format"]?.string
    var properties: [String: StructuralSchema] = [:]
    for member in json["properties"]?.object ?? [:] {
      properties[member.key] = parser.schema(member.value, at: path.child("properties").key(member.key), level: level.field)
    }
    self.properties = properties
    additionalProperties = parser.additionalProperties(json, at: path, level: level)
    items = json["items"].map { parser.schema($0, at: path.child("items"), level: level.item) }
    defaultValue = json["default"]
    isNullable = json["nullable"]?.bool ?? false
    isIntOrString = json["x-kubernetes-int-or-string"]?.bool ?? false || format == "int-or-string"
    preservesUnknownFields = json["x-kubernetes-preserve-unknown-fields"]?.bool ?? false
    isEmbeddedResource = json["x-kubernetes-embedded-resource"]?.bool ?? false
    listType = json["x-kubernetes-list-type"]?.string.flatMap(ListType.init(rawValue:))
    listMapKeys = json["x-kubernetes-list-map-keys"]?.strings ?? []
    isAtomicMap = json["x-kubernetes-map-type"]?.string == "atomic"
    patchMergeKey = json["x-kubernetes-patch-merge-key"]?.string
    patchStrategies = json["x-kubernetes-patch-strategy"]?.string?.split(separator: ",").map(String.init) ?? []
    bounds = ValueBounds(json, at: path, errors: &parser.errors)
    combined = CombinedSchemas(json, at: path, parser: &parser)
    rules = ValidationRule.list(json, at: path, errors: &parser.errors)
    let below = [items, additionalProperties.schema] + properties.values.map(Optional.some)
    hasDefaults = defaultValue != nil || below.contains { $0?.hasDefaults ?? false }
    hasRules = !rules.isEmpty || below.contains { $0?.hasRules ?? false }
  }

  /// The schema of the value of member `name`: its property, or that of any other member.
  package func member(_ name: String) -> StructuralSchema? { properties[name] ?? additionalProperties.schema }

  /// Whether this is a map: named members that the schema does not list.
  package var isMap: Bool { additionalProperties.schema != nil }
}

extension StructuralSchema.AdditionalProperties {
  package var schema: StructuralSchema? { if case .schema(let schema) = self { schema } else { nil } }
}
