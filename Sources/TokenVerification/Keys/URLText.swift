enum URLText {
  /// Whether a text is an absolute address for HTTP with a host.
  static func isHTTP(_ text: String) -> Bool {
    for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
      guard let first = text.dropFirst(scheme.count).utf8.first else { return false }
      return first != UInt8(ascii: "/") && first != UInt8(ascii: ":") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
    return false
  }
}
