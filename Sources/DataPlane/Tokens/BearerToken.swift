/// Finds what may be a JSON Web Token in a request's head.
enum BearerToken {
  enum Search: Equatable {
    /// There is none: whatever a bearer sent is for the other sources.
    case none
    case found(Range<Int>)
    /// Two readers could believe different ones.
    case repeated
  }

  static func search(_ lines: [HeaderLine], _ bytes: Span<UInt8>) -> Search {
    var result = Search.none
    var count = 0
    for line in lines where line.kind == .authorization {
      count &+= 1
      if result == .none, let range = token(line.value, bytes) { result = .found(range) }
    }
    return count > 1 && result != .none ? .repeated : result
  }

  /// Base64 of a JSON object begins with `ey` (`{"`, or a blank after the brace) or `ew` (a line break after it): nearly every other
  /// credential is told apart by two bytes.
  @inline(__always) private static func token(_ value: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int>? {
    guard value.count > 12, bytes.matches("bearer ", at: value.lowerBound..<value.lowerBound &+ 7) else { return nil }
    var start = value.lowerBound &+ 7
    while start < value.upperBound, ByteClass.isBlank(bytes[start]) { start &+= 1 }
    guard start &+ 2 < value.upperBound, bytes[start] == UInt8(ascii: "e") else { return nil }
    let second = bytes[start &+ 1]
    return second == UInt8(ascii: "y") || second == UInt8(ascii: "w") ? start..<value.upperBound : nil
  }

  /// A token has parts with dots between them; looked at only when the token is not known yet.
  static func hasParts(_ token: Span<UInt8>) -> Bool {
    for index in token.indices where token[index] == UInt8(ascii: ".") { return true }
    return false
  }
}
