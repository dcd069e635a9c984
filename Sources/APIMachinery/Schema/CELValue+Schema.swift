import CEL
import JSON

extension CELValue {
  /// A value of an object as CEL sees it: types come from the schema, not from how a number happened to be written.
  init(_ json: JSONValue, schema: StructuralSchema?) {
    guard let schema else {
      self.init(json)
      return
    }
    switch json {
    case .int(let value) where schema.type == "number": self = .double(Double(value))
    case .double(let value) where schema.type == "integer" || schema.isIntOrString:
      self = Int64(exactly: value).map { .int($0) } ?? .double(value)
    case .string(let text): self = Self.text(text, format: schema.format)
    case .array(let elements): self = .list(elements.map { CELValue($0, schema: schema.items) })
    case .object where schema.properties.isEmpty && !schema.isMap: self.init(json)
    case .object(let object):
      var map = CELMap()
      for member in object {
        // An object's unknown fields cannot be selected, and a field whose name is no identifier is escaped.
        guard let property = schema.member(member.key) else {
          if schema.preservesUnknownFields || schema.isEmbeddedResource || Self.resourceMembers.contains(member.key) {
            map[.string(member.key)] = CELValue(member.value, schema: nil)
          }
          continue
        }
        let name = schema.isMap ? member.key : CELIdentifier.escape(member.key)
        map[.string(name)] = CELValue(member.value, schema: property)
      }
      self = .map(map)
    default: self.init(json)
    }
  }

  private static let resourceMembers: Set<String> = ["apiVersion", "kind", "metadata"]

  private static func text(_ text: String, format: String?) -> CELValue {
    switch format {
    case "date-time": CELTimestamp(rfc3339: text).map { .timestamp($0) } ?? .string(text)
    case "date": CELTimestamp(rfc3339: text + "T00:00:00Z").map { .timestamp($0) } ?? .string(text)
    case "duration": Duration(goText: text).map { .duration($0) } ?? .string(text)
    default: .string(text)
    }
  }
}
