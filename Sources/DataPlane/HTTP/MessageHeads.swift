/// How the end of a body is found.
package enum BodyLength: Equatable {
  case none
  case bytes(Int)
  case chunked
  /// Only a response's: the body ends with the connection.
  case untilClose
}

/// A request's start line and what its headers say about the message.
struct RequestHead: Equatable {
  enum Method: UInt8 { case get, head, post, options, other }

  var length: Int
  var method: Method
  /// The path and the query.
  var target: Range<Int>
  /// Of a target in absolute form; it takes the place of `Host`.
  var authority: Range<Int>?
  /// HTTP/1.1; otherwise 1.0.
  var isCurrentVersion: Bool
  var body: BodyLength
  var keepsAlive: Bool
  var expectsContinue: Bool
}

/// A response's start line and what its headers say about the message.
package struct ResponseHead: Equatable {
  package var length: Int
  package var status: Int
  /// The status code and the reason, without the version: `200 OK`.
  package var statusText: Range<Int>
  package var body: BodyLength
  package var keepsAlive: Bool
  package var isEventStream: Bool

  package var isInterim: Bool { status < 200 && status != 101 }
}
