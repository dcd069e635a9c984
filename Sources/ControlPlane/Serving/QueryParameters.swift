/// The decoded query of a URL.
package struct QueryParameters: Sendable {
  private let pairs: [(String, String)]

  package init(parsing text: some StringProtocol) {
    pairs = text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
    }
  }

  /// The first value of a parameter; `nil` when it is missing.
  package subscript(name: String) -> String? {
    pairs.first { $0.0 == name }?.1
  }

  package func values(_ name: String) -> [String] { pairs.filter { $0.0 == name }.map(\.1) }

  /// As Go's `strconv.ParseBool` reads it; a parameter without a value is true.
  package func flag(_ name: String) -> Bool {
    guard let value = self[name] else { return false }
    return ["", "1", "t", "T", "true", "True", "TRUE"].contains(value)
  }

  /// Undoes percent-encoding, and `+` for a space. A broken escape stays as it stands.
  static func decoded(_ text: some StringProtocol, plusIsSpace: Bool = true) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%"), index + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
      {
        output.append(value)
        index += 3
      } else {
        output.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
        index += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
