/// Writes JSON text: compact, indented for people, or canonical (members sorted) for digests.
package struct JSONWriter {
  package enum Style: Sendable {
    case compact
    /// Two spaces a level, as `kubectl -o json` would with four.
    case indented
    /// Compact with the members of every object sorted by name: equal values have equal bytes.
    case canonical
  }

  package private(set) var bytes: [UInt8] = []
  private let style: Style
  private var level = 0

  package init(_ style: Style = .compact) { self.style = style }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: append("null")
    case .bool(let bool): append(bool ? "true" : "false")
    case .int(let integer): append(String(integer))
    case .double(let double): write(double)
    case .string(let string): write(string)
    case .array(let elements): write(elements)
    case .object(let object): write(style == .canonical ? object.sorted() : object)
    }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// A double without a fraction is written as an integer where that is exact, as Go's encoder does.
  private mutating func write(_ double: Double) {
    if let integer = Int64(exactly: double), abs(double) < 1e15 {
      append(String(integer))
    } else {
      append(double.isFinite ? String(double) : "null")
    }
  }

  private mutating func write(_ elements: [JSONValue]) {
    bytes.append(UInt8(ascii: "["))
    level += 1
    for (index, element) in elements.enumerated() {
      separate(index)
      write(element)
    }
    level -= 1
    if !elements.isEmpty { newline() }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ object: JSONObject) {
    bytes.append(UInt8(ascii: "{"))
    level += 1
    for (index, member) in object.enumerated() {
      separate(index)
      write(member.key)
      append(style == .indented ? ": " : ":")
      write(member.value)
    }
    level -= 1
    if !object.isEmpty { newline() }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func separate(_ index: Int) {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    newline()
  }

  private mutating func newline() {
    guard style == .indented else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: level * 2))
  }

  private mutating func write(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { utf8 in
      for byte in utf8 {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0..<0x20:
          append(byte < 0x10 ? "\\u000" : "\\u00")
          append(String(byte, radix: 16))
        default: bytes.append(byte)
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSONValue {
  /// The value as JSON text in UTF-8.
  package func bytes(_ style: JSONWriter.Style = .compact) -> [UInt8] {
    var writer = JSONWriter(style)
    writer.write(self)
    return writer.bytes
  }

  /// The value as JSON text.
  package func text(_ style: JSONWriter.Style = .compact) -> String { String(decoding: bytes(style), as: UTF8.self) }
}

extension JSONValue: CustomStringConvertible {
  package var description: String { text() }
}
