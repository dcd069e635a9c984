/// Reads HTTP/1.1 heads strictly: what two readers could understand differently is refused (RFC 9112).
///
/// Reuses its storage: `lines` describes the head scanned last, and no allocation happens per message.
package struct HeadScanner {
  private(set) var lines: [HeaderLine] = []
  let limits: HTTPLimits

  package init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
    lines.reserveCapacity(limits.headerLines)
  }

  /// What the headers say, gathered line by line.
  struct Facts {
    var hosts = 0
    var hasBadHost = false
    var contentLength: Int?
    var isChunked = false
    var closes = false
    var keepsAlive = false
    var expectsContinue = false
    var isEventStream = false
  }

  /// Reads header lines from `position` to the empty line; `nil` when the bytes end before.
  mutating func scanLines(_ bytes: Span<UInt8>, from start: Int, facts: inout Facts) throws(HTTPProblem) -> Int? {
    lines.removeAll(keepingCapacity: true)
    var position = start
    let count = bytes.count
    while true {
      guard position < count else { return nil }
      let first = bytes[position]
      if first == ByteClass.carriageReturn {
        guard position + 1 < count else { return nil }
        guard bytes[position + 1] == ByteClass.lineFeed else { throw .lineEnd }
        return position + 2
      }
      if ByteClass.isBlank(first) { throw .foldedHeader }
      guard let line = try scanLine(bytes, from: position) else { return nil }
      guard lines.count < limits.headerLines else { throw .tooManyHeaders }
      if line.kind != .other { try note(line, in: bytes, facts: &facts) }
      lines.append(line)
      position = Int(line.end)
    }
  }

  @inline(__always)
  private func scanLine(_ bytes: Span<UInt8>, from start: Int) throws(HTTPProblem) -> HeaderLine? {
    let count = bytes.count
    var position = bytes.endOfToken(from: start)
    guard position < count else { return nil }
    let nameEnd = position
    guard bytes[position] == UInt8(ascii: ":"), nameEnd > start else {
      throw bytes[position] == ByteClass.lineFeed ? .lineEnd : .headerName
    }
    position &+= 1
    while position < count, ByteClass.isBlank(bytes[position]) { position &+= 1 }
    let valueStart = position
    position = bytes.endOfFieldValue(from: position)
    guard position < count else { return nil }
    guard bytes[position] == ByteClass.carriageReturn else { throw bytes[position] == ByteClass.lineFeed ? .lineEnd : .headerValue }
    guard position + 1 < count else { return nil }
    guard bytes[position + 1] == ByteClass.lineFeed else { throw .lineEnd }
    var valueEnd = position
    while valueEnd > valueStart, ByteClass.isBlank(bytes[valueEnd - 1]) { valueEnd &-= 1 }
    return HeaderLine(
      kind: HeaderLine.Kind(bytes, start..<nameEnd), start: UInt32(truncatingIfNeeded: start), nameEnd: UInt32(truncatingIfNeeded: nameEnd),
      valueStart: UInt32(truncatingIfNeeded: valueStart), valueEnd: UInt32(truncatingIfNeeded: valueEnd),
      end: UInt32(truncatingIfNeeded: position + 2))
  }

  private func note(_ line: HeaderLine, in bytes: Span<UInt8>, facts: inout Facts) throws(HTTPProblem) {
    switch line.kind {
    case .host:
      facts.hosts += 1
      facts.hasBadHost = facts.hasBadHost || !ByteClass.isAuthority(bytes, line.value)
    case .contentLength:
      guard facts.contentLength == nil else { throw .repeatedContentLength }
      facts.contentLength = try Self.decimal(bytes, line.value)
    case .transferEncoding:
      guard !facts.isChunked else { throw .repeatedTransferEncoding }
      guard bytes.matches("chunked", at: line.value) else { throw Self.codingProblem(bytes, line.value) }
      facts.isChunked = true
    case .connection:
      Self.forEachListElement(bytes, line.value) { element in
        if bytes.matches("close", at: element) { facts.closes = true }
        if bytes.matches("keep-alive", at: element) { facts.keepsAlive = true }
      }
    case .expect:
      guard bytes.matches("100-continue", at: line.value) else { throw .expectation }
      facts.expectsContinue = true
    case .contentType:
      let value = line.value
      facts.isEventStream =
        value.count >= 17 && bytes.matches("text/event-stream", at: value.lowerBound..<value.lowerBound + 17)
    default: break
    }
  }

  /// What is wrong with codings other than chunked alone: without chunked at the end the body has no end (RFC 9112 section 6.3).
  private static func codingProblem(_ bytes: Span<UInt8>, _ range: Range<Int>) -> HTTPProblem {
    var last = range.lowerBound..<range.lowerBound
    forEachListElement(bytes, range) { last = $0 }
    return bytes.matches("chunked", at: last) ? .unknownCoding : .notChunked
  }

  private static func decimal(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPProblem) -> Int {
    guard !range.isEmpty, range.count <= 18 else { throw .contentLength }
    var value = 0
    for index in range {
      guard ByteClass.isDigit(bytes[index]) else { throw .contentLength }
      value = value * 10 + Int(bytes[index] &- 48)
    }
    return value
  }

  /// The elements of a comma-separated list, without blanks around them.
  static func forEachListElement(_ bytes: Span<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var start = range.lowerBound
    while start <= range.upperBound {
      var end = start
      while end < range.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
      let next = end + 1
      while start < end, ByteClass.isBlank(bytes[start]) { start += 1 }
      while end > start, ByteClass.isBlank(bytes[end - 1]) { end -= 1 }
      if start < end { body(start..<end) }
      start = next
    }
  }

  /// Whether a `Connection` header of this head names the header `line`, which then concerns one connection only.
  func isNominated(_ line: HeaderLine, in bytes: Span<UInt8>) -> Bool {
    var nominated = false
    for connection in lines where connection.kind == .connection {
      let name = bytes.copy(line.name)
      Self.forEachListElement(bytes, connection.value) { if bytes.matches(name, at: $0) { nominated = true } }
    }
    return nominated
  }
}

extension HeadScanner {
  /// Whether a `Connection` header names other headers at all: nearly none does.
  func hasNominations(in bytes: Span<UInt8>) -> Bool {
    for line in lines where line.kind == .connection {
      if !bytes.matches("keep-alive", at: line.value), !bytes.matches("close", at: line.value) { return true }
    }
    return false
  }
}
