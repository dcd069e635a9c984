/// Where one header stands in the bytes of a head, and what it is if the proxy cares.
struct HeaderLine: Equatable {
  enum Kind: UInt8 {
    case other
    case host, contentLength, transferEncoding, connection, expect
    /// Concerns one connection only (RFC 9110 section 7.6.1): never forwarded.
    case hopByHop
    case authorization, contentType, requestID
    /// Says which tier or tenant a caller belongs to: only the proxy may say that, so it is never forwarded.
    case claim
    case userAgent, traceParent, traceState
  }

  var kind: Kind
  /// Offset of the name's first byte, which is also the line's.
  var start: UInt32
  var nameEnd: UInt32
  /// The value without blanks around it.
  var valueStart: UInt32
  var valueEnd: UInt32
  /// Offset behind the line's CR LF.
  var end: UInt32

  var name: Range<Int> { Int(start)..<Int(nameEnd) }
  var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}

extension HeaderLine.Kind {
  /// Recognises a name, which is a token, by its length first: most headers need no comparison at all.
  @inline(__always) init(_ bytes: Span<UInt8>, _ name: Range<Int>) {
    self = .other
    switch name.count {
    case 2: if bytes.isToken("te", at: name) { self = .hopByHop }
    case 4: if bytes.isToken("host", at: name) { self = .host }
    case 6: if bytes.isToken("expect", at: name) { self = .expect }
    case 7: if bytes.isToken("upgrade", at: name) || bytes.isToken("trailer", at: name) { self = .hopByHop }
    case 10:
      if bytes.isToken("connection", at: name) {
        self = .connection
      } else if bytes.isToken("keep-alive", at: name) {
        self = .hopByHop
      } else if bytes.isToken("user-agent", at: name) {
        self = .userAgent
      } else if bytes.isToken("tracestate", at: name) {
        self = .traceState
      }
    case 11: if bytes.isToken("traceparent", at: name) { self = .traceParent }
    case 12:
      if bytes.isToken("content-type", at: name) {
        self = .contentType
      } else if bytes.isToken("x-request-id", at: name) {
        self = .requestID
      }
    case 13:
      if bytes.isToken("authorization", at: name) {
        self = .authorization
      } else if bytes.isToken("x-podium-tier", at: name) {
        self = .claim
      }
    case 14: if bytes.isToken("content-length", at: name) { self = .contentLength }
    case 15:
      if bytes.isToken("x-customer-tier", at: name) || bytes.isToken("x-podium-tenant", at: name) { self = .claim }
    case 16: if bytes.isToken("proxy-connection", at: name) { self = .hopByHop }
    case 17:
      if bytes.isToken("transfer-encoding", at: name) {
        self = .transferEncoding
      } else if bytes.isToken("x-customer-tenant", at: name) {
        self = .claim
      }
    default: break
    }
  }
}
