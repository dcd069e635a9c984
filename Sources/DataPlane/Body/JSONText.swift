/// Small pieces of JSON text, without a tree.
enum JSONText {
  /// The content of a string literal with its escapes resolved; `nil` when an escape is malformed.
  static func unescaped(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let byte = bytes[position]
      position += 1
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard position < range.upperBound else { return nil }
      let kind = bytes[position]
      position += 1
      switch kind {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(bytes, &position, range.upperBound) else { return nil }
        text.append(contentsOf: String(Character(scalar)).utf8)
      default: return nil
      }
    }
    return text
  }

  private static func scalar(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) -> Unicode.Scalar? {
    guard let first = unit(bytes, &position, end) else { return nil }
    guard first & 0xfc00 == 0xd800 else { return Unicode.Scalar(first) }
    guard position + 2 <= end, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u") else { return nil }
    position += 2
    guard let second = unit(bytes, &position, end), second & 0xfc00 == 0xdc00 else { return nil }
    return Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff)
  }

  private static func unit(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) -> UInt32? {
    guard position + 4 <= end else { return nil }
    var value: UInt32 = 0
    for index in position..<position + 4 {
      guard let digit = ByteClass.hexadecimal(bytes[index]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  /// `text` as a string literal with its quotes.
  static func quoted(_ text: String) -> [UInt8] {
    var literal: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): literal += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        literal += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: literal.append(byte)
      }
    }
    literal.append(UInt8(ascii: "\""))
    return literal
  }
}
