/// What is known of a value before evaluation.
package indirect enum CELType: Sendable, Equatable {
  case dyn
  case null, bool, int, uint, double, string, bytes, timestamp, duration, type
  case list(CELType)
  case map(CELType)
  /// An object with these fields; reading another is a mistake.
  case object([String: CELType])
}

extension CELType: CustomStringConvertible {
  package var description: String {
    switch self {
    case .dyn: "dyn"
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .type: "type"
    case .list(let element): "list(\(element))"
    case .map(let value): "map(string, \(value))"
    case .object: "object"
    }
  }
}
