extension HeadScanner {
  /// Reads a request's head from the beginning of `bytes`; `nil` when more bytes are needed.
  mutating func scanRequest(_ bytes: Span<UInt8>) throws(HTTPProblem) -> RequestHead? {
    guard let (line, start) = try scanRequestLine(bytes) else {
      try checkLength(bytes.count)
      return nil
    }
    var head = line
    var facts = Facts()
    guard let end = try scanLines(bytes, from: start, facts: &facts) else {
      try checkLength(bytes.count)
      return nil
    }
    try checkLength(end)
    head.length = end
    guard !facts.hasBadHost, facts.hosts == 1 || (facts.hosts == 0 && !head.isCurrentVersion) else { throw .host }
    if facts.isChunked {
      guard facts.contentLength == nil else { throw .lengthAndChunked }
      guard head.isCurrentVersion else { throw .codingInOldVersion }
      head.body = .chunked
    } else if let length = facts.contentLength {
      guard length <= limits.bodyBytes else { throw .bodyTooLarge }
      head.body = length == 0 ? .none : .bytes(length)
    }
    head.keepsAlive = !facts.closes && (head.isCurrentVersion || facts.keepsAlive)
    head.expectsContinue = facts.expectsContinue && head.isCurrentVersion
    return head
  }

  private func checkLength(_ length: Int) throws(HTTPProblem) {
    if length > limits.headBytes { throw .headTooLarge }
  }

  private func scanRequestLine(_ bytes: Span<UInt8>) throws(HTTPProblem) -> (RequestHead, Int)? {
    let count = bytes.count
    var position = bytes.endOfToken(from: 0)
    guard position <= 32 else { throw .unknownMethod }
    guard position < count else { return nil }
    let method = 0..<position
    guard bytes[position] == 0x20, !method.isEmpty else { throw method.isEmpty ? .requestLine : .method }
    position &+= 1
    let start = position
    position = bytes.endOfTarget(from: position)
    guard position &- start <= limits.targetBytes else { throw .targetTooLong }
    guard position < count else { return nil }
    let target = start..<position
    guard bytes[position] == 0x20 else { throw bytes[position] == ByteClass.lineFeed ? .lineEnd : .target }
    let version = position &+ 1
    guard let isCurrent = try Self.version(bytes, at: version) else { return nil }
    guard version &+ 10 <= count else { return nil }
    guard bytes[version &+ 8] == ByteClass.carriageReturn, bytes[version &+ 9] == ByteClass.lineFeed else { throw .lineEnd }
    var head = RequestHead(
      length: 0, method: try Self.method(bytes, method), target: target, isCurrentVersion: isCurrent, body: .none, keepsAlive: true,
      expectsContinue: false)
    try Self.readTarget(bytes, &head)
    return (head, version &+ 10)
  }

  /// Whether the eight bytes at `start` say HTTP/1.1; `nil` when they are not all there.
  static func version(_ bytes: Span<UInt8>, at start: Int) throws(HTTPProblem) -> Bool? {
    let expected: StaticString = "HTTP/"
    guard start + 8 <= bytes.count else {
      for index in start..<bytes.count where index < start + 5 && bytes[index] != expected.utf8Start[index - start] { throw .requestLine }
      return nil
    }
    guard bytes.equals(expected, at: start..<start + 5) else { throw .requestLine }
    guard ByteClass.isDigit(bytes[start + 5]), bytes[start + 6] == UInt8(ascii: "."), ByteClass.isDigit(bytes[start + 7]) else {
      throw .requestLine
    }
    guard bytes[start + 5] == UInt8(ascii: "1"), bytes[start + 7] <= UInt8(ascii: "1") else { throw .version }
    return bytes[start + 7] == UInt8(ascii: "1")
  }

  private static func method(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPProblem) -> RequestHead.Method {
    if bytes.equals("POST", at: range) { return .post }
    if bytes.equals("GET", at: range) { return .get }
    if bytes.equals("HEAD", at: range) { return .head }
    if bytes.equals("OPTIONS", at: range) { return .options }
    if bytes.equals("PUT", at: range) || bytes.equals("DELETE", at: range) || bytes.equals("PATCH", at: range) { return .other }
    throw bytes.equals("CONNECT", at: range) ? .tunnel : .unknownMethod
  }

  private static func readTarget(_ bytes: Span<UInt8>, _ head: inout RequestHead) throws(HTTPProblem) {
    guard !head.target.isEmpty else { throw .requestLine }
    let first = bytes[head.target.lowerBound]
    if first == UInt8(ascii: "/") { return }
    if head.method == .options, head.target.count == 1, first == UInt8(ascii: "*") { return }
    try readAbsoluteTarget(bytes, &head)
  }

  /// `http://authority/path`, as to a proxy (RFC 9112 section 3.2.2): the authority takes the place of `Host`.
  private static func readAbsoluteTarget(_ bytes: Span<UInt8>, _ head: inout RequestHead) throws(HTTPProblem) {
    let target = head.target
    var start = target.lowerBound
    if target.count > 7, bytes.matches("http://", at: start..<start + 7) {
      start += 7
    } else if target.count > 8, bytes.matches("https://", at: start..<start + 8) {
      start += 8
    } else {
      throw .target
    }
    var end = start
    while end < target.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
    // Without a path there is nothing here that could be asked for.
    guard end > start, ByteClass.isAuthority(bytes, start..<end), end < target.upperBound, bytes[end] == UInt8(ascii: "/") else {
      throw .target
    }
    head.authority = start..<end
    head.target = end..<target.upperBound
  }

  /// Bytes of empty lines before a request line, which are to be skipped (RFC 9112 section 2.2).
  static func emptyLines(_ bytes: Span<UInt8>) -> Int {
    var count = 0
    while count + 1 < bytes.count, bytes[count] == ByteClass.carriageReturn, bytes[count + 1] == ByteClass.lineFeed { count += 2 }
    return count
  }
}
