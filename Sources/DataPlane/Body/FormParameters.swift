/// The parameters of a header's value, one after the other: `form-data; name="model"; filename=a.wav`.
struct FormParameters {
  struct Parameter {
    var name: Range<Int>
    /// Without the quotes around it.
    var value: Range<Int>
    /// A backslash is in it.
    var hasEscapes: Bool
  }

  private var position: Int
  private let end: Int

  init(_ value: Range<Int>) { (position, end) = (value.lowerBound, value.upperBound) }

  /// The next one; `nil` behind the last, and where something is no parameter.
  mutating func next(_ bytes: Span<UInt8>) -> Parameter? {
    while position < end, bytes[position] != UInt8(ascii: ";") { position += 1 }
    guard position < end else { return nil }
    position += 1
    skipBlanks(bytes)
    let name = position
    while position < end, ByteClass.isToken(bytes[position]) { position += 1 }
    let nameEnd = position
    skipBlanks(bytes)
    guard nameEnd > name, position < end, bytes[position] == UInt8(ascii: "=") else { return nil }
    position += 1
    skipBlanks(bytes)
    guard position < end, bytes[position] == UInt8(ascii: "\"") else {
      let start = position
      while position < end, ByteClass.isToken(bytes[position]) { position += 1 }
      return Parameter(name: name..<nameEnd, value: start..<position, hasEscapes: false)
    }
    return quoted(bytes, name: name..<nameEnd)
  }

  private mutating func quoted(_ bytes: Span<UInt8>, name: Range<Int>) -> Parameter? {
    position += 1
    let start = position
    var hasEscapes = false
    while position < end, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      }
      position += 1
    }
    guard position < end else { return nil }
    position += 1
    return Parameter(name: name, value: start..<position - 1, hasEscapes: hasEscapes)
  }

  private mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while position < end, ByteClass.isBlank(bytes[position]) { position += 1 }
  }
}
