import NIOCore

/// A request that a gateway has received and asks about: may it go, and where?
package struct GatewayQuestion: Sendable {
  /// In their order, with `:method`, `:path`, `:authority` and `:scheme`; names in lower case.
  package var fields: [(name: String, value: String)]
  /// `nil` when the gateway keeps the body to itself.
  package var body: ByteBuffer?
  package var clientAddress: String
  /// The endpoints (`address:port`) of which one must serve; `nil` for any.
  package var subset: Set<String>?

  package init(
    fields: [(name: String, value: String)], body: ByteBuffer? = nil, clientAddress: String = "unknown", subset: Set<String>? = nil
  ) {
    self.fields = fields
    self.body = body
    self.clientAddress = clientAddress
    self.subset = subset
  }
}

/// What the gateway is to do with a request.
package enum GatewayDecision: Sendable {
  case forward(GatewayForward)
  case answer(GatewayAnswer)
}

/// It is the request's turn: it goes to the first of the endpoints.
package struct GatewayForward: Sendable {
  /// `address:port`; never empty. Those behind the first one are for the gateway's retries, in this order.
  package var endpoints: [String]
  /// Headers that the model server must not see: who is asking is decided here.
  package var removedHeaders: [String]
  package var headers: [(name: String, value: String)]
  /// What the answer's head says besides.
  package var answerHeaders: [(name: String, value: String)]
  /// What the servers are to read; `nil` where the gateway has kept the body.
  package var body: ByteBuffer?
}

/// The gateway answers by itself.
package struct GatewayAnswer: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// A fixed word for logs.
  package var code: String

  init(status: Int, headers: [(name: String, value: String)], body: [UInt8], code: String) {
    (self.status, self.headers, self.body, self.code) = (status, headers, body, code)
  }

  init(_ error: ProxyError) {
    status = error.status
    body = error.body
    code = error.code
    headers = [("content-type", "application/json")]
    if let retryAfter = error.retryAfter { headers.append(("retry-after", "\(retryAfter.wholeSeconds)")) }
    if let challenge = error.challenge { headers.append(("www-authenticate", challenge)) }
    for line in error.fields?.split(separator: "\r\n") ?? [] {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers.append((String(parts[0]), String(parts[1].drop { $0 == " " }))) }
    }
  }
}
