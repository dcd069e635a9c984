/// A request to the API as a value: what a verb needs of HTTP.
package struct ServerRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  package var method: Method
  /// Decoded, without empty segments.
  package var path: [String]
  package var query: QueryParameters
  /// The `Accept` header, all values joined.
  package var accept: String
  /// The `Content-Type` without parameters, in lower case; empty when there is none.
  package var contentType: String
  package var userAgent: String
  package var body: [UInt8]

  package init(
    method: Method, target: String, accept: String = "", contentType: String = "", userAgent: String = "", body: [UInt8] = []
  ) {
    self.method = method
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = (parts.first ?? "").split(separator: "/").map { QueryParameters.decoded($0, plusIsSpace: false) }
    query = QueryParameters(parsing: parts.count > 1 ? parts[1] : "")
    self.accept = accept
    self.contentType = String(contentType.prefix { $0 != ";" }).filter { !$0.isWhitespace }.lowercased()
    self.userAgent = userAgent
    self.body = body
  }
}
