extension HeadScanner {
  /// Reads a response's head from the beginning of `bytes`; `nil` when more bytes are needed.
  /// - Parameters:
  ///   - answersHead: The request was a `HEAD`: there is no body, whatever the headers say.
  ///   - upgrades: The request asked for another protocol, so the answer may be 101.
  package mutating func scanResponse(
    _ bytes: Span<UInt8>, answersHead: Bool = false, upgrades: Bool = false
  ) throws(HTTPProblem) -> ResponseHead? {
    guard let (line, isCurrent, start) = try scanStatusLine(bytes, upgrades: upgrades) else {
      if bytes.count > limits.headBytes { throw .headTooLarge }
      return nil
    }
    var head = line
    var facts = Facts()
    guard let end = try scanLines(bytes, from: start, facts: &facts) else {
      if bytes.count > limits.headBytes { throw .headTooLarge }
      return nil
    }
    guard end <= limits.headBytes else { throw .headTooLarge }
    head.length = end
    if facts.isChunked {
      guard facts.contentLength == nil else { throw .lengthAndChunked }
      guard isCurrent else { throw .unknownCoding }
      head.body = .chunked
    } else if let length = facts.contentLength {
      head.body = length == 0 ? .none : .bytes(length)
    } else {
      head.body = .untilClose
    }
    if answersHead || head.status < 200 || head.status == 204 || head.status == 304 { head.body = .none }
    head.keepsAlive = !facts.closes && (isCurrent || facts.keepsAlive) && head.body != .untilClose
    head.isEventStream = facts.isEventStream
    return head
  }

  private func scanStatusLine(_ bytes: Span<UInt8>, upgrades: Bool) throws(HTTPProblem) -> (ResponseHead, Bool, Int)? {
    let count = bytes.count
    guard let isCurrent = try Self.version(bytes, at: 0) else { return nil }
    guard count >= 13 else { return nil }
    guard bytes[8] == 0x20, ByteClass.isDigit(bytes[9]), ByteClass.isDigit(bytes[10]), ByteClass.isDigit(bytes[11]) else {
      throw .statusLine
    }
    guard bytes[12] == 0x20 || bytes[12] == ByteClass.carriageReturn else { throw .statusLine }
    let status = Int(bytes[9] &- 48) * 100 + Int(bytes[10] &- 48) * 10 + Int(bytes[11] &- 48)
    guard status >= 100, status != 101 || upgrades else { throw .unexpectedStatus }
    var position = 12
    while position < count, ByteClass.isFieldValue(bytes[position]) { position &+= 1 }
    guard position + 1 < count else { return nil }
    guard bytes[position] == ByteClass.carriageReturn, bytes[position + 1] == ByteClass.lineFeed else { throw .lineEnd }
    let head = ResponseHead(
      length: 0, status: status, statusText: 9..<position, body: .none, keepsAlive: true, isEventStream: false)
    return (head, isCurrent, position + 2)
  }
}
