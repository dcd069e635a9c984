/// An IP address, only as far as telling whether a text is one.
struct CELAddress {
  /// 32 or 128.
  let bits: Int

  /// `nil` unless the text is an IPv4 or IPv6 address without zone and not an IPv4-mapped one.
  init?(_ text: String) {
    if text.contains(":") {
      guard Self.isIPv6(text) else { return nil }
      bits = 128
    } else {
      guard Self.isIPv4(Substring(text)) else { return nil }
      bits = 32
    }
  }

  private static func isIPv4(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.allSatisfy { $0.isASCII && $0.isNumber } && UInt8(part) != nil && (part.count == 1 || part.first != "0")
      }
  }

  private static func isIPv6(_ text: String) -> Bool {
    let halves = groups(in: text)
    guard halves.count <= 2 else { return false }
    var count = 0
    for half in halves where !half.isEmpty {
      for group in half.split(separator: ":", omittingEmptySubsequences: false) {
        guard (1...4).contains(group.count), group.allSatisfy(\.isHexDigit), group.utf8.count == group.count else { return false }
        count += 1
      }
    }
    return halves.count == 2 ? count <= 7 : count == 8
  }

  /// The parts before and after `::`.
  private static func groups(in text: String) -> [Substring] {
    let scalars = Array(text)
    for index in scalars.indices.dropLast() where scalars[index] == ":" && scalars[index + 1] == ":" {
      let rest = text.dropFirst(index + 2)
      return rest.hasPrefix(":") ? ["", "", ""] : [text.prefix(index), rest]
    }
    return [text[...]]
  }
}
