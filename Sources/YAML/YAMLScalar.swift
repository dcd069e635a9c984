import JSON

/// What a plain (unquoted) scalar means: the rules of go-yaml v2, which kubectl reads with.
///
/// YAML 1.1 booleans (`yes`, `on`, …) are booleans; `y` and `n` stay strings; dates, times and numbers with underscores stay
/// strings; `0x`, `0o`, `0b` and a leading `0` change the radix.
package enum YAMLScalar {
  package static func resolve(_ text: String) -> JSONValue {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      return number(text) ?? .string(text)
    default: break
    }
    switch text {
    case "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    default: return .string(text)
    }
  }

  private static func number(_ text: String) -> JSONValue? {
    var digits = Substring(text)
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits.removeFirst() }

    func integer(_ digits: Substring, radix: Int) -> JSONValue? {
      guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
      return Int64((isNegative ? "-" : "") + digits, radix: radix).map { .int($0) }
    }
    if digits.hasPrefix("0x") { return integer(digits.dropFirst(2), radix: 16) }
    if digits.hasPrefix("0o") { return integer(digits.dropFirst(2), radix: 8) }
    if digits.hasPrefix("0b") { return integer(digits.dropFirst(2), radix: 2) }
    let isDecimal = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    if isDecimal, digits.utf8.count > 1, digits.first == "0", let octal = integer(digits.dropFirst(), radix: 8) { return octal }
    if isDecimal, let decimal = integer(digits, radix: 10) { return decimal }
    let isFloat = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 | 0x20 == 0x65 || $0 == 0x2B || $0 == 0x2D }
    guard isFloat, digits.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return nil }
    guard let value = Double(text), value.isFinite else { return nil }
    return .double(value)
  }

  /// Whether `text` can stand without quotes and still be read as this string, by us and by readers with YAML 1.1's rules.
  static func isPlainString(_ text: String) -> Bool {
    guard case .string = resolve(text) else { return false }
    switch text {
    case "<<", "=", "y", "Y", "n", "N": return false
    default: break
    }
    // Dates, times, 1_000 and .inf are other types to readers of YAML 1.1.
    guard let first = text.utf8.first else { return true }
    if first == UInt8(ascii: ".") { return false }
    let startsWithDigit = (0x30...0x39).contains(first)
    return !(startsWithDigit && text.utf8.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "_") })
  }
}
