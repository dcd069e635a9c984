/// Percent-encoding of URLs (RFC 3986 section 2.1).
enum PercentEncoding {
  /// What is no valid escape stays as it is.
  static func decoded(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var text: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < range.upperBound, let high = ByteClass.hexadecimal(bytes[index + 1]),
        let low = ByteClass.hexadecimal(bytes[index + 2])
      {
        text.append(UInt8(high << 4 | low))
        index += 3
      } else {
        text.append(bytes[index])
        index += 1
      }
    }
    return text
  }

  /// Everything but unreserved characters is escaped.
  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      let isLetter = (byte | 0x20) &- 97 < 26
      if isLetter || ByteClass.isDigit(byte) || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte)
      {
        text.append(byte)
      } else {
        text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return text
  }
}
