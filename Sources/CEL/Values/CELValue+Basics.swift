import JSON

extension CELValue {
  /// A JSON value as CEL reads it without a schema.
  package init(_ json: JSONValue) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(value)
    case .array(let elements): self = .list(elements.map { CELValue($0) })
    case .object(let object):
      var map = CELMap()
      for member in object { map[.string(member.key)] = CELValue(member.value) }
      self = .map(map)
    }
  }

  var typeName: String {
    switch self {
    case .null: "null_type"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .string: "string"
    case .bytes: "bytes"
    case .list: "list"
    case .map: "map"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .type: "type"
    case .quantity: "kubernetes.Quantity"
    case .url: "kubernetes.URL"
    case .optional: "optional_type"
    }
  }

  /// The value as a key of a map; `nil` when it cannot be one. Equal numbers are equal keys.
  var key: CELKey? {
    switch self {
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .uint(let value): Int64(exactly: value).map { .int($0) } ?? .uint(value)
    case .double(let value): Int64(exactly: value).map { .int($0) }
    case .string(let value): .string(value)
    default: nil
    }
  }

  init(_ key: CELKey) {
    switch key {
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .uint(let value): self = .uint(value)
    case .string(let value): self = .string(value)
    }
  }

  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .uint(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  var isZero: Bool {
    switch self {
    case .null: true
    case .bool(let value): !value
    case .string(let value): value.isEmpty
    case .bytes(let value): value.isEmpty
    case .list(let value): value.isEmpty
    case .map(let value): value.count == 0
    case .duration(let value): value == .zero
    default: number == 0
    }
  }

  /// What `string(x)` gives.
  func text() throws(CELError) -> String {
    switch self {
    case .string(let value): return value
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .uint(let value): return String(value)
    case .double(let value):
      if let integer = Int64(exactly: value), abs(value) < 1e21 { return String(integer) }
      return value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : String(value)
    case .bytes(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else { throw CELError("invalid UTF-8 in bytes, cannot convert to string") }
      return text
    case .timestamp(let time): return time.rfc3339
    case .duration(let duration):
      let nanoseconds = duration.nanoseconds
      let seconds = nanoseconds % 1_000_000_000 == 0 ? String(nanoseconds / 1_000_000_000) : String(Double(nanoseconds) / 1e9)
      return "\(seconds)s"
    case .type(let name): return name
    case .url(let url): return url.text
    default: throw CELError("type conversion error from '\(typeName)' to 'string'")
    }
  }

  /// What `%s` shows.
  var display: String {
    switch self {
    case .null: "null"
    case .list(let elements): "[\(elements.map(\.display).joined(separator: ", "))]"
    case .map(let map):
      "{\(map.keys.map { "\(CELValue($0).display): \(map[$0]?.display ?? "")" }.sorted().joined(separator: ", "))}"
    default: (try? text()) ?? typeName
    }
  }
}

extension CELValue: Equatable {
  package static func == (left: CELValue, right: CELValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.uint(let a), .uint(let b)): a == b
    case (.string(let a), .string(let b)): a.unicodeScalars.elementsEqual(b.unicodeScalars)
    case (.bytes(let a), .bytes(let b)): a == b
    case (.list(let a), .list(let b)): a == b
    case (.map(let a), .map(let b)): a.count == b.count && a.keys.allSatisfy { a[$0] == b[$0] }
    case (.timestamp(let a), .timestamp(let b)): a == b
    case (.duration(let a), .duration(let b)): a == b
    case (.type(let a), .type(let b)): a == b
    case (.quantity(let a), .quantity(let b)): a == b
    case (.url(let a), .url(let b)): a == b
    case (.optional(let a), .optional(let b)): a == b
    default: equalNumbers(left, right)
    }
  }

  private static func equalNumbers(_ left: CELValue, _ right: CELValue) -> Bool {
    guard left.number != nil, right.number != nil else { return false }
    return (try? CELArithmetic.compare(left, right)) == 0
  }
}
