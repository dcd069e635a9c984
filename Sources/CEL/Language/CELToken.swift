/// A token of an expression, with the place of its first character.
struct CELToken: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case identifier(String)
    /// A field name in backquotes.
    case quoted(String)
    case int(UInt64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    /// An operator or a bracket.
    case symbol(String)
    case end
  }

  let kind: Kind
  let offset: Int

  /// As error messages quote it.
  var text: String {
    switch kind {
    case .identifier(let name), .quoted(let name), .symbol(let name): name
    case .int(let value): String(value)
    case .uint(let value): "\(value)u"
    case .double(let value): String(value)
    case .string(let value): "\"\(value)\""
    case .bytes: "bytes"
    case .end: "<EOF>"
    }
  }
}
