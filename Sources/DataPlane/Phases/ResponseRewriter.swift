/// Writes the head that goes to the client: the model server's own bytes, without what concerns only its connection.
struct ResponseRewriter {
  var head: ResponseHead
  var requestID: Range<Int>
  var tier: [UInt8]
  var queueMilliseconds: Int
  /// Which variant of a split model answers.
  var variant: [UInt8]?
  /// The body is sent without chunk framing, to a client of HTTP/1.0.
  var removesChunking: Bool
  var keepsAlive: Bool
  var isCurrentVersion: Bool
  /// The connection becomes a WebSocket session.
  var opensSession = false

  /// An upper bound of what `write` writes.
  var capacity: Int { head.length + requestID.count + tier.count + (variant.map { $0.count + 32 } ?? 0) + 160 }

  /// - Parameter request: The bytes of the request, in which `requestID` stands.
  func write(_ bytes: Span<UInt8>, _ scanner: HeadScanner, request: Span<UInt8>, into writer: inout ByteWriter) {
    writer.write("HTTP/1.1 ")
    writer.write(bytes, head.statusText)
    writer.write("\r\n")
    let checksNominations = scanner.hasNominations(in: bytes)
    var kept = 0..<0
    for line in scanner.lines {
      let keeps = keeps(line) && !(checksNominations && line.kind == .other && scanner.isNominated(line, in: bytes))
      if !keeps || Int(line.start) != kept.upperBound {
        writer.write(bytes, kept)
        kept = Int(line.start)..<Int(line.start)
      }
      if keeps { kept = kept.lowerBound..<Int(line.end) }
    }
    writer.write(bytes, kept)
    writer.write("x-request-id: ")
    writer.write(request, requestID)
    writer.write("\r\nx-podium-tier: ")
    writer.write(tier)
    writer.write("\r\nx-podium-queue-time-ms: ")
    writer.write(decimal: queueMilliseconds)
    if let variant {
      writer.write("\r\nx-podium-variant: ")
      writer.write(variant)
    }
    if opensSession {
      writer.write("\r\nconnection: upgrade\r\nupgrade: websocket")
    } else if !keepsAlive {
      writer.write("\r\nconnection: close")
    } else if !isCurrentVersion {
      writer.write("\r\nconnection: keep-alive")
    }
    writer.write("\r\n\r\n")
  }

  @inline(__always) private func keeps(_ line: HeaderLine) -> Bool {
    switch line.kind {
    case .connection, .hopByHop, .requestID, .claim, .expect: false
    case .transferEncoding: !removesChunking && head.status != 204 && head.status != 304
    // An answer that cannot have a body says nothing of its length (RFC 9110 section 8.6).
    case .contentLength: head.status != 204
    default: true
    }
  }
}
