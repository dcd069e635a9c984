/// What is wrong with the bytes of a peer. Reading stops there: what follows cannot be trusted.
package enum HTTPProblem: Error, Equatable, CaseIterable {
  case requestLine, statusLine, method, target, version, unknownMethod, tunnel
  case headerName, headerValue, foldedHeader, lineEnd
  case headTooLarge, tooManyHeaders, targetTooLong, bodyTooLarge
  case host, contentLength, repeatedContentLength, repeatedTransferEncoding, lengthAndChunked, unknownCoding, notChunked, codingInOldVersion
  case expectation
  case chunkSize, chunkEnd, trailer, unexpectedStatus

  /// The status a client gets for it; a model server's mistakes become 502 elsewhere.
  package var status: Int {
    switch self {
    case .headTooLarge, .tooManyHeaders: 431
    case .targetTooLong: 414
    case .bodyTooLarge: 413
    case .unknownMethod, .unknownCoding, .tunnel: 501
    case .version: 505
    case .expectation: 417
    default: 400
    }
  }

  package var message: String {
    switch self {
    case .requestLine: "The request line is malformed: write METHOD, target and HTTP/1.1, separated by single blanks."
    case .statusLine: "The status line is malformed."
    case .method: "The method has a byte that is not allowed in a token."
    case .target: "The request target is malformed: write a path that starts with a slash, or http://HOST/PATH."
    case .version: "The HTTP version is not supported: use HTTP/1.1."
    case .unknownMethod: "The method is not implemented."
    case .tunnel: "CONNECT is not implemented: this is no forward proxy. Send requests to its paths, such as POST /v1/chat/completions."
    case .headerName: "A header name has a byte that is not allowed, or a blank before its colon."
    case .headerValue: "A header value has a control character."
    case .foldedHeader: "A header is folded over several lines: write it on one."
    case .lineEnd: "A line does not end with CR LF."
    case .headTooLarge: "The head is too large."
    case .tooManyHeaders: "The head has too many headers."
    case .targetTooLong: "The request target is too long."
    case .bodyTooLarge: "The body is too large."
    case .host: "Exactly one Host header is needed, with a host name and, if wanted, a port."
    case .contentLength: "Content-Length is not a decimal number in range."
    case .repeatedContentLength: "Content-Length is given more than once."
    case .repeatedTransferEncoding: "Transfer-Encoding is given more than once."
    case .lengthAndChunked: "Content-Length and Transfer-Encoding exclude each other."
    case .unknownCoding: "The only transfer coding that is understood is chunked."
    case .notChunked: "Transfer-Encoding does not end with chunked: the end of the body cannot be found."
    case .codingInOldVersion: "HTTP/1.0 has no Transfer-Encoding: send Content-Length, or HTTP/1.1."
    case .expectation: "The only expectation that is understood is 100-continue."
    case .chunkSize: "The size of a chunk is malformed."
    case .chunkEnd: "A chunk does not end where its size says."
    case .trailer: "A trailer is malformed."
    case .unexpectedStatus: "The status cannot be relayed."
    }
  }
}
