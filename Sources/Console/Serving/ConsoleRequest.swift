import JSON

/// A request as a value: what a resource may read.
package struct ConsoleRequest: Sendable {
  package var method: String
  package var path: String
  /// Decoded names and values, in the order in which they came.
  package var query: [(name: String, value: String)]
  package var contentType: String?
  package var authorization: String?
  package var host: String?
  package var body: [UInt8]

  /// - Parameter target: path and query as they came.
  package init(
    _ method: String, _ target: String, contentType: String? = nil, authorization: String? = nil, host: String? = nil, body: [UInt8] = []
  ) {
    self.method = method
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts.first ?? "/")
    query = parts.count < 2 ? [] : Self.pairs(parts[1])
    self.contentType = contentType
    self.authorization = authorization
    self.host = host
    self.body = body
  }

  private static func pairs(_ text: Substring) -> [(String, String)] {
    text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
    }
  }

  /// Undoes percent-encoding, and `+` for a space. A broken escape stays as it stands.
  private static func decoded(_ text: Substring) -> String {
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
      {
        output.append(value)
        index += 3
      } else {
        output.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
        index += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}

/// An answer as a value.
package struct ConsoleReply: Sendable {
  package var status: Int
  package var contentType: String
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  package init(_ json: JSONValue, status: Int = 200) {
    self.status = status
    contentType = "application/json"
    headers = []
    body = json.bytes()
  }

  package init(_ problem: ConsoleProblem) {
    status = problem.kind.status
    contentType = "application/problem+json"
    headers = problem.headers
    body = problem.json.bytes()
  }
}
