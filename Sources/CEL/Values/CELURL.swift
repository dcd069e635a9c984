/// A URL in its parts, as Go's `net/url` reads an absolute one.
package struct CELURL: Sendable, Hashable {
  package let text: String
  package let scheme: String
  /// Host and port, as written.
  package let host: String
  package let path: String
  package let query: String

  /// `nil` unless the text is an absolute URI or an absolute path.
  package init?(_ text: String) {
    guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return nil }
    self.text = text
    var rest = Substring(text)
    if let colon = rest.firstIndex(of: ":"), rest.first != "/" {
      let scheme = rest[..<colon]
      guard let first = scheme.first, first.isASCII, first.isLetter,
        scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
      else { return nil }
      self.scheme = scheme.lowercased()
      rest = rest[rest.index(after: colon)...]
    } else {
      guard rest.first == "/" else { return nil }
      scheme = ""
    }
    if let mark = rest.firstIndex(of: "#") { rest = rest[..<mark] }
    if let mark = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    } else {
      query = ""
    }
    guard rest.hasPrefix("//") else {
      guard rest.first == "/" || !scheme.isEmpty else { return nil }
      host = ""
      path = String(rest)
      return
    }
    let authority = rest.dropFirst(2)
    let end = authority.firstIndex(of: "/") ?? authority.endIndex
    let afterUser = authority[..<end].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    host = String(afterUser)
    path = String(authority[end...])
    if let port = Self.port(of: host), !port.allSatisfy({ $0.isASCII && $0.isNumber }) { return nil }
  }

  private static func port(of host: String) -> Substring? {
    let tail = host.lastIndex(of: "]").map { host[host.index(after: $0)...] } ?? host[...]
    guard let colon = tail.lastIndex(of: ":") else { return nil }
    return tail[tail.index(after: colon)...]
  }

  package var hostname: String {
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[host.index(after: host.startIndex)..<end]) }
    guard let colon = host.lastIndex(of: ":") else { return host }
    return String(host[..<colon])
  }
  package var port: String { Self.port(of: host).map(String.init) ?? "" }
}
