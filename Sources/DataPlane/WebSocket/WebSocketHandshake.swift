/// A request for a WebSocket session (RFC 6455 section 4.2.1): what it says, and how it goes on to a model server.
///
/// The model stands in the query (`/v1/realtime?model=NAME`), as OpenAI's clients write it. Browsers cannot set headers; they send
/// their key as a subprotocol, `openai-insecure-api-key.KEY`, which becomes an `Authorization` header here. No extension is
/// offered to the server: frames are checked on their way, and compressed ones could not be.
struct WebSocketHandshake {
  private static let keyPrefix: StaticString = "openai-insecure-api-key."

  /// As the query says it, decoded.
  let model: [UInt8]
  private let head: RequestHead
  private let modelValue: Range<Int>
  private let source: [UInt8]
  private let lines: [HeaderLine]

  /// Whether a `GET` asks for a WebSocket.
  static func isAsked(_ lines: [HeaderLine], in bytes: Span<UInt8>) -> Bool {
    for line in lines where line.kind == .hopByHop && bytes.matches("upgrade", at: line.name) {
      var isNamed = false
      HeadScanner.forEachListElement(bytes, line.value) { if bytes.matches("websocket", at: $0) { isNamed = true } }
      if isNamed { return true }
    }
    return false
  }

  /// - Throws: The answer to a request that is no valid handshake, or that names no model.
  init(_ head: RequestHead, _ lines: [HeaderLine], _ bytes: Span<UInt8>, known: [String]) throws(ProxyError) {
    try Self.check(head, lines, bytes)
    guard let value = Self.parameter("model", of: head.target, bytes), !value.isEmpty else {
      throw .invalid(
        "A WebSocket session names its model in the query, as in /v1/realtime?model=NAME. Models served here: \(known.joined(separator: ", ")).",
        code: "model_missing", parameter: "model")
    }
    self.head = head
    self.lines = lines
    modelValue = value
    source = bytes.copy(0..<head.length)
    model = PercentEncoding.decoded(bytes, value)
  }

  private static func check(_ head: RequestHead, _ lines: [HeaderLine], _ bytes: Span<UInt8>) throws(ProxyError) {
    var upgrades = false
    var keys = 0
    var version = false
    for line in lines {
      if line.kind == .connection {
        HeadScanner.forEachListElement(bytes, line.value) { if bytes.matches("upgrade", at: $0) { upgrades = true } }
      } else if bytes.matches("sec-websocket-key", at: line.name) {
        keys += line.value.count == 24 && bytes.equals("==", at: line.value.upperBound - 2..<line.value.upperBound) ? 1 : 2
      } else if bytes.matches("sec-websocket-version", at: line.name) {
        version = bytes.equals("13", at: line.value)
      }
    }
    guard head.isCurrentVersion, upgrades, keys == 1, head.body == .none else {
      throw .invalid(
        "A WebSocket session begins with an HTTP/1.1 GET with Connection: upgrade, one Sec-WebSocket-Key of 24 characters, and no body.",
        code: "invalid_handshake")
    }
    guard version else {
      var error = ProxyError.invalid("The WebSocket version must be 13.", code: "invalid_handshake")
      error.status = 426
      error.fields = "sec-websocket-version: 13\r\nupgrade: websocket\r\n"
      throw error
    }
  }

  /// The value of a parameter of the query, as written.
  private static func parameter(_ name: StaticString, of target: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int>? {
    var position = target.lowerBound
    while position < target.upperBound, bytes[position] != UInt8(ascii: "?") { position += 1 }
    while position < target.upperBound {
      let start = position + 1
      var end = start
      while end < target.upperBound, bytes[end] != UInt8(ascii: "&") { end += 1 }
      var equals = start
      while equals < end, bytes[equals] != UInt8(ascii: "=") { equals += 1 }
      if equals < end, bytes.equals(name, at: start..<equals) { return equals + 1..<end }
      position = end
    }
    return nil
  }

  /// The request as if the client had sent its key in a header, asked for the model by the name that its servers know, and for no
  /// extension.
  func request(model served: [UInt8]) -> [UInt8] {
    let bytes = source.span
    var request = Array("GET ".utf8) + source[head.target.lowerBound..<modelValue.lowerBound]
    request += served == model ? Array(source[modelValue]) : PercentEncoding.encoded(served)
    request += source[modelValue.upperBound..<head.target.upperBound]
    request += Array(" HTTP/1.1\r\n".utf8)
    if let authority = head.authority { request += Array("host: ".utf8) + source[authority] + Array("\r\n".utf8) }
    let hasAuthorization = lines.contains { $0.kind == .authorization }
    for line in lines {
      if line.kind == .host, head.authority != nil { continue }
      if bytes.matches("sec-websocket-extensions", at: line.name) { continue }
      if bytes.matches("sec-websocket-protocol", at: line.name) {
        request += protocols(line, bytes, hasAuthorization: hasAuthorization)
      } else {
        request += source[Int(line.start)..<Int(line.end)]
      }
    }
    return request + Array("\r\n".utf8)
  }

  /// The subprotocols without the one that is a key, and the key as a header.
  private func protocols(_ line: HeaderLine, _ bytes: Span<UInt8>, hasAuthorization: Bool) -> [UInt8] {
    var kept: [UInt8] = []
    var key: ArraySlice<UInt8>?
    let prefix = Self.keyPrefix.utf8CodeUnitCount
    HeadScanner.forEachListElement(bytes, line.value) { element in
      if element.count > prefix, bytes.equals(Self.keyPrefix, at: element.lowerBound..<element.lowerBound + prefix) {
        key = source[element.lowerBound + prefix..<element.upperBound]
      } else {
        kept += (kept.isEmpty ? [] : Array(", ".utf8)) + source[element]
      }
    }
    var text: [UInt8] = []
    if !kept.isEmpty { text += Array("sec-websocket-protocol: ".utf8) + kept + Array("\r\n".utf8) }
    if let key, !hasAuthorization { text += Array("authorization: Bearer ".utf8) + key + Array("\r\n".utf8) }
    return text
  }
}
