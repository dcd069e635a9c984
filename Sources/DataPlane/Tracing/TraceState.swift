/// What other tracers carry along: the header `tracestate` of W3C Trace Context. We pass it on, and add nothing.
package enum TraceState {
  /// Members of all lines together, and bytes that every tracer must be able to carry (section 3.3.1).
  static let maximumMembers = 32
  static let maximumBytes = 512

  /// Reads the value of one line strictly (section 3.3.1).
  /// - Returns: How many members it has; `nil` when it is malformed.
  package static func members(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var members = 0
    var start = range.lowerBound
    while start <= range.upperBound {
      var end = start
      while end < range.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
      let next = end + 1
      while start < end, ByteClass.isBlank(bytes[start]) { start += 1 }
      while end > start, ByteClass.isBlank(bytes[end - 1]) { end -= 1 }
      if start < end {
        guard isMember(bytes, start..<end) else { return nil }
        members += 1
      }
      start = next
    }
    return members <= maximumMembers ? members : nil
  }

  private static func isMember(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var separator = range.lowerBound
    while separator < range.upperBound, bytes[separator] != UInt8(ascii: "=") { separator += 1 }
    guard separator < range.upperBound, isKey(bytes, range.lowerBound..<separator) else { return false }
    let value = separator + 1..<range.upperBound
    guard !value.isEmpty, value.count <= 256 else { return false }
    for index in value {
      let byte = bytes[index]
      guard byte >= 0x20, byte <= 0x7e, byte != UInt8(ascii: ","), byte != UInt8(ascii: "=") else { return false }
    }
    return true
  }

  /// `simple` of at most 256 bytes, or `tenant@system` of at most 241 and 14.
  private static func isKey(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var at: Int?
    for index in range where bytes[index] == UInt8(ascii: "@") {
      guard at == nil else { return false }
      at = index
    }
    guard let at else { return range.count <= 256 && isName(bytes, range, mayStartWithDigit: false) }
    let (tenant, system) = (range.lowerBound..<at, at + 1..<range.upperBound)
    return tenant.count <= 241 && system.count <= 14 && isName(bytes, tenant, mayStartWithDigit: true)
      && isName(bytes, system, mayStartWithDigit: false)
  }

  private static func isName(_ bytes: Span<UInt8>, _ range: Range<Int>, mayStartWithDigit: Bool) -> Bool {
    guard let first = range.first else { return false }
    for index in range {
      let byte = bytes[index]
      let isLetter = byte &- 97 < 26
      if isLetter || ByteClass.isDigit(byte) && (index > first || mayStartWithDigit) { continue }
      guard index > first, byte == 0x5f || byte == 0x2d || byte == 0x2a || byte == 0x2f else { return false }
    }
    return true
  }
}
