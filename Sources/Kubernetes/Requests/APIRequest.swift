/// A request to a Kubernetes API server, as a value: building one sends nothing.
package struct APIRequest: Sendable, Equatable {
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  package struct QueryItem: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var method: Method
  /// Starts with `/`; no query.
  package var path: String
  /// In the order they are sent; not yet percent-encoded.
  package var query: [QueryItem]
  /// The media type of `body`.
  package var contentType: String?
  package var accept: String
  package var body: [UInt8]?
  /// Whether performing it twice leaves the server as performing it once does: only then may a failed one be sent again.
  package var isIdempotent: Bool
  /// Whether the answer is an endless stream of events: no deadline for the whole, a watchdog for silence instead.
  package var isWatch: Bool

  package init(
    _ method: Method, _ path: String, query: [QueryItem] = [], contentType: String? = nil, accept: String = "application/json",
    body: [UInt8]? = nil, isIdempotent: Bool? = nil, isWatch: Bool = false
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.contentType = contentType
    self.accept = accept
    self.body = body
    self.isIdempotent = isIdempotent ?? (method == .get)
    self.isWatch = isWatch
  }

  /// Path and query, percent-encoded: what stands in the request line.
  package var target: String {
    guard !query.isEmpty else { return Self.encode(path, keeping: "/") }
    let items = query.map { Self.encode($0.name, keeping: "") + "=" + Self.encode($0.value, keeping: "") }
    return Self.encode(path, keeping: "/") + "?" + items.joined(separator: "&")
  }

  /// RFC 3986: everything but unreserved characters and those in `kept` is percent-encoded.
  private static func encode(_ text: String, keeping kept: String) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var output: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: output.append(byte)
      case let byte where kept.utf8.contains(byte): output.append(byte)
      default: output += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}

/// The head of an answer.
package struct APIResponseHead: Sendable, Equatable {
  package var status: Int
  /// `Retry-After`, when the server sent one in seconds.
  package var retryAfter: Duration?

  package init(status: Int, retryAfter: Duration? = nil) {
    self.status = status
    self.retryAfter = retryAfter
  }
}

/// A whole answer.
package struct APIResponse: Sendable, Equatable {
  package var head: APIResponseHead
  package var body: [UInt8]

  package init(head: APIResponseHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}
