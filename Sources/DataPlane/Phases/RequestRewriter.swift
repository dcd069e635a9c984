/// Writes the request that goes to a model server: the client's own bytes, without what concerns only its connection or claims a tier.
struct RequestRewriter {
  var head: RequestHead
  var body: Range<Int>
  /// The model's name as the servers know it, the tier's rank: what the body says differently there.
  var edits: BodyEdits
  var removesAuthorization: Bool
  /// The client's IP address.
  var clientAddress: [UInt8]
  /// For a request that has no usable identifier of its own.
  var requestID: UInt64
  /// The client came over TLS.
  var isSecure = false
  /// Instead of the caller's `traceparent`.
  var traceParent: TraceParent?
  /// Whether the caller's `tracestate` goes on.
  var passesTraceState = true

  /// Asks for a WebSocket session.
  var opensSession = false

  /// A longer identifier of a client is replaced.
  static let maximumRequestID = 128

  var bodyCount: Int { body.count + edits.growth }

  /// An upper bound of what `write` writes.
  var capacity: Int { head.length + bodyCount + clientAddress.count + 272 }

  /// - Returns: Where the request's identifier stands in what was written.
  func write(_ bytes: Span<UInt8>, _ scanner: HeadScanner, _ classifier: Classifier, into writer: inout ByteWriter) -> Range<Int> {
    if let authority = head.authority {
      writeStart(bytes, authority, into: &writer)
    } else {
      writer.write(bytes, 0..<head.target.upperBound)
      writer.write(" HTTP/1.1\r\n")
    }
    var identifier = 0..<0
    let checksNominations = scanner.hasNominations(in: bytes)
    var kept = 0..<0
    for line in scanner.lines {
      let keeps = keeps(line, bytes, scanner, classifier, checksNominations: checksNominations)
      if !keeps || Int(line.start) != kept.upperBound {
        writer.write(bytes, kept)
        kept = Int(line.start)..<Int(line.start)
      }
      guard keeps else { continue }
      if line.kind == .requestID {
        let start = writer.count + line.value.lowerBound - kept.lowerBound
        identifier = start..<start + line.value.count
      }
      kept = kept.lowerBound..<Int(line.end)
    }
    writer.write(bytes, kept)
    if head.authority == nil, !scanner.lines.contains(where: { $0.kind == .host }) { writer.write("host: podium\r\n") }
    if opensSession {
      writer.write("connection: upgrade\r\nupgrade: websocket")
    } else {
      writer.write("content-length: ")
      writer.write(decimal: bodyCount)
    }
    writer.write("\r\nx-forwarded-for: ")
    writer.write(clientAddress)
    if isSecure { writer.write("\r\nx-forwarded-proto: https") }
    if identifier.isEmpty {
      writer.write("\r\nx-request-id: ")
      identifier = writer.count..<writer.count + 16
      writer.write(hexadecimal: requestID)
    }
    if let traceParent {
      writer.write("\r\ntraceparent: ")
      writer.write(traceParent)
    }
    writer.write("\r\n\r\n")
    edits.write(bytes, body, into: &writer)
    return identifier
  }

  /// The start of a request whose target was in absolute form: the path alone goes on, and the authority as its host.
  private func writeStart(_ bytes: Span<UInt8>, _ authority: Range<Int>, into writer: inout ByteWriter) {
    var method = 0
    while bytes[method] != 0x20 { method += 1 }
    writer.write(bytes, 0..<method + 1)
    writer.write(bytes, head.target)
    writer.write(" HTTP/1.1\r\nhost: ")
    writer.write(bytes, authority)
    writer.write("\r\n")
  }

  @inline(__always)
  private func keeps(
    _ line: HeaderLine, _ bytes: Span<UInt8>, _ scanner: HeadScanner, _ classifier: Classifier, checksNominations: Bool
  ) -> Bool {
    switch line.kind {
    case .contentLength, .transferEncoding, .connection, .expect, .hopByHop, .claim: return false
    case .authorization: return !removesAuthorization
    case .requestID: return !line.value.isEmpty && line.value.count <= Self.maximumRequestID
    case .host: return head.authority == nil
    case .contentType: return true
    case .traceParent: return traceParent == nil
    case .traceState where !passesTraceState: return false
    case .other, .userAgent, .traceState:
      if isSecure, bytes.matches("x-forwarded-proto", at: line.name) { return false }
      return !classifier.removes(line, in: bytes) && !(checksNominations && scanner.isNominated(line, in: bytes))
    }
  }
}
