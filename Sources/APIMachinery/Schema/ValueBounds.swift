import CEL
import JSON

/// What a schema says about one value by itself.
struct ValueBounds: Sendable {
  let required: [String]
  let enumeration: [JSONValue]?
  let pattern: Pattern?
  let patternText: String
  let minimum: JSONValue?
  let maximum: JSONValue?
  let exclusiveMinimum: Bool
  let exclusiveMaximum: Bool
  let multipleOf: JSONValue?
  let minLength: Int?
  let maxLength: Int?
  let minItems: Int?
  let maxItems: Int?
  let uniqueItems: Bool
  let minProperties: Int?
  let maxProperties: Int?

  init(_ json: JSONValue, at path: FieldPath, errors: inout [FieldError]) {
    required = json["required"]?.strings ?? []
    enumeration = json["enum"]?.array
    patternText = json["pattern"]?.string ?? ""
    if patternText.isEmpty {
      pattern = nil
    } else {
      do {
        pattern = try Pattern(patternText)
      } catch {
        pattern = nil
        errors.append(
          FieldError(
            .invalid, path.child("pattern").description, value: .string(patternText),
            detail: "must be a valid regular expression, but isn't: \(error)"))
      }
    }
    minimum = json["minimum"]
    maximum = json["maximum"]
    exclusiveMinimum = json["exclusiveMinimum"]?.bool ?? false
    exclusiveMaximum = json["exclusiveMaximum"]?.bool ?? false
    multipleOf = json["multipleOf"]
    minLength = json["minLength"]?.int
    maxLength = json["maxLength"]?.int
    minItems = json["minItems"]?.int
    maxItems = json["maxItems"]?.int
    uniqueItems = json["uniqueItems"]?.bool ?? false
    minProperties = json["minProperties"]?.int
    maxProperties = json["maxProperties"]?.int
  }
}

/// The value validations of `allOf`, `anyOf`, `oneOf` and `not`.
struct CombinedSchemas: Sendable {
  let all: [StructuralSchema]
  let any: [StructuralSchema]
  let one: [StructuralSchema]
  let not: StructuralSchema?

  var isEmpty: Bool { all.isEmpty && any.isEmpty && one.isEmpty && not == nil }

  init(_ json: JSONValue, at path: FieldPath, parser: inout SchemaParser) {
    func list(_ word: String, _ parser: inout SchemaParser) -> [StructuralSchema] {
      (json[word]?.array ?? []).enumerated().map { index, schema in
        parser.schema(schema, at: path.child(word).index(index), level: .nested)
      }
    }
    all = list("allOf", &parser)
    any = list("anyOf", &parser)
    one = list("oneOf", &parser)
    not = json["not"].map { parser.schema($0, at: path.child("not"), level: .nested) }
  }
}
