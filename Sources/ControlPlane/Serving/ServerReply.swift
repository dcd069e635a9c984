import JSON

/// What the API answers, as a value.
package enum ServerReply: Sendable {
  case whole(Whole)
  /// A watch: events are written as they come.
  case watch(WatchStream)

  package struct Whole: Sendable {
    package var code = 200
    package var contentType = "application/json"
    package var headers: [(String, String)] = []
    package var body: [UInt8]
  }

  static func json(_ value: JSONValue, code: Int = 200, warnings: [String] = []) -> ServerReply {
    .whole(Whole(code: code, headers: warningHeaders(warnings), body: value.bytes()))
  }

  static func json(bytes: [UInt8], code: Int = 200, warnings: [String] = []) -> ServerReply {
    .whole(Whole(code: code, headers: warningHeaders(warnings), body: bytes))
  }

  static func text(_ text: String, code: Int = 200) -> ServerReply {
    .whole(Whole(code: code, contentType: "text/plain; charset=utf-8", body: Array(text.utf8)))
  }

  static func error(_ error: APIError) -> ServerReply {
    var reply = Whole(code: error.code, body: error.status.bytes())
    if let seconds = error.details["retryAfterSeconds"]?.int { reply.headers.append(("Retry-After", String(seconds))) }
    return .whole(reply)
  }

  /// RFC 9110 `Warning` fields, as `kubectl` prints them.
  private static func warningHeaders(_ warnings: [String]) -> [(String, String)] {
    warnings.map { warning in
      let escaped = warning.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : $0.isNewline ? " " : String($0) }.joined()
      return ("Warning", "299 - \"\(escaped)\"")
    }
  }
}
