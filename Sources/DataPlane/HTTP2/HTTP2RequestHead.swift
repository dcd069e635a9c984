import NIOCore
import NIOHPACK

/// A request's fields as the head of HTTP/1.1 that our machine reads. NIOHTTP2 has checked them (RFC 9113 section 8); what could
/// make one message into two is checked again here, where it would do so.
struct HTTP2RequestHead {
  /// The stream is reset: the request has no single meaning.
  struct Malformed: Error {}

  var method = ""
  var path = ""
  var authority = ""
  /// Its body's length is not known: it goes on in chunks.
  private(set) var isChunked = false
  private var hasLength = false

  /// - Parameter hasBody: Something follows the fields.
  init(_ fields: HPACKHeaders, hasBody: Bool) throws(Malformed) {
    for (name, value, _) in fields {
      switch name {
      case ":method": method = value
      case ":path": path = value
      case ":authority": authority = value
      case ":scheme": guard value == "https" || value == "http" else { throw Malformed() }
      case "content-length": hasLength = true
      default: break
      }
    }
    guard method.utf8.allSatisfy(ByteClass.isToken), path.utf8.allSatisfy(ByteClass.isTarget) else { throw Malformed() }
    guard authority.utf8.allSatisfy(ByteClass.isTarget) else { throw Malformed() }
    // CONNECT has no path; the machine refuses it by its method.
    if path.isEmpty { path = "/" }
    isChunked = hasBody && !hasLength
  }

  func write(_ fields: HPACKHeaders, into buffer: inout ByteBuffer) throws(Malformed) {
    buffer.writeString(method)
    buffer.writeStaticString(" ")
    buffer.writeString(path)
    buffer.writeStaticString(" HTTP/1.1\r\n")
    if !authority.isEmpty { Self.write("host", authority, into: &buffer) }
    var cookie = ""
    for (name, value, _) in fields where name.utf8.first != UInt8(ascii: ":") {
      guard !name.isEmpty, name.utf8.allSatisfy(ByteClass.isToken), value.utf8.allSatisfy(ByteClass.isFieldValue) else { throw Malformed() }
      switch name {
      case "host" where !authority.isEmpty:
        // Two names for one thing: whoever believes the other one is deceived.
        guard value.lowercased() == authority.lowercased() else { throw Malformed() }
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade": throw Malformed()
      case "te": break
      // Its parts are one line in HTTP/1.1 (RFC 9113 section 8.2.3).
      case "cookie": cookie += cookie.isEmpty ? value : "; " + value
      default: Self.write(name, value, into: &buffer)
      }
    }
    if !cookie.isEmpty { Self.write("cookie", cookie, into: &buffer) }
    if isChunked { Self.write("transfer-encoding", "chunked", into: &buffer) }
    buffer.writeStaticString("\r\n")
  }

  private static func write(_ name: String, _ value: String, into buffer: inout ByteBuffer) {
    buffer.writeString(name)
    buffer.writeStaticString(": ")
    buffer.writeString(value)
    buffer.writeStaticString("\r\n")
  }
}
