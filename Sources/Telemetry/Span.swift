/// A span of OpenTelemetry's data model, ready to be written.
struct Span {
  enum Kind: UInt64 { case `internal` = 1, server = 2, client = 3 }

  enum Value: Equatable {
    case string(String)
    case integer(Int)
    case double(Double)
    case boolean(Bool)
  }

  var traceHigh: UInt64
  var traceLow: UInt64
  var id: UInt64
  /// 0 for a root.
  var parent: UInt64
  var parentIsRemote = false
  var state = ""
  var name: String
  var kind: Kind
  /// Nanoseconds since 1970.
  var start: UInt64
  var end: UInt64
  var attributes: [(name: String, value: Value)] = []
  /// Set for what ended in an error.
  var error: String?
}

extension Span {
  mutating func set(_ name: String, _ value: String?) {
    if let value, !value.isEmpty { attributes.append((name, .string(value))) }
  }

  mutating func set(_ name: String, _ value: Int?) {
    if let value { attributes.append((name, .integer(value))) }
  }

  mutating func set(_ name: String, _ value: Double?) {
    if let value { attributes.append((name, .double(value))) }
  }
}
