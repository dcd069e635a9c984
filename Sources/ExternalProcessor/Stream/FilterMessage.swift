/// A header of a message, its name in lower case; pseudo-headers begin with a colon.
struct HeaderField: Equatable, Sendable {
  var name: String
  var value: String
}

/// What Envoy's filter says in one message of a stream.
struct FilterMessage: Sendable {
  enum Content: Sendable {
    case requestHeaders([HeaderField], ends: Bool)
    case requestBody([UInt8], ends: Bool)
    case requestTrailers
    case responseHeaders([HeaderField], ends: Bool)
    case responseBody([UInt8], ends: Bool)
    case responseTrailers
    /// Nothing that we know.
    case unknown
  }

  /// How the filter sends a body.
  enum BodyMode: Sendable {
    case none, streamed, fullDuplex
    /// A mode that is not served here.
    case other
  }

  var content: Content
  /// In the first message: how bodies of requests and of answers are sent.
  var modes: (request: BodyMode, response: BodyMode)?
  /// The filter only tells, and does not wait for a reply.
  var isObservation = false
  /// The endpoints of which one must serve (`envoy.lb.subset_hint`); `nil` without a hint.
  var subset: Set<String>?
  /// The endpoint that served the answer.
  var served: String?
  var clientAddress: String?

  init(_ content: Content) { self.content = content }
}
