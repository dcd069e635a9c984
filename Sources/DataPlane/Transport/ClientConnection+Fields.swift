import NIOCore

extension ClientConnection {
  /// Reads what decides about a request from its body: JSON, or a form with a file in it.
  func readFields(_ message: ByteBuffer, body: Range<Int>) throws(ProxyError) -> RequestFields {
    try RequestFields.read(message.readableBytesUInt8Span, body: body, lines: loop.scanner.lines)
  }
}

extension RequestFields {
  /// - Parameter lines: Of the message's head.
  static func read(_ bytes: Span<UInt8>, body: Range<Int>, lines: [HeaderLine]) throws(ProxyError) -> RequestFields {
    // Every JSON object begins so: nothing else is looked at for it.
    if body.isEmpty || bytes[body.lowerBound] != UInt8(ascii: "{") {
      for line in lines where line.kind == .contentType && FormFieldScanner.isForm(bytes, line.value) {
        do {
          return try FormFieldScanner.scan(bytes, body: body, contentType: line.value)
        } catch {
          throw .fault(error)
        }
      }
    }
    do {
      return try JSONFieldScanner.scan(bytes.extracting(body))
    } catch {
      throw .fault(error)
    }
  }
}
