import NIOCore

/// Writes a request that was written for one pool anew for another one: the same, with what the other pool's servers want to read.
///
/// Off the request path: only when a pool that had admitted the request cannot serve it after all.
struct FallbackRewriter {
  let bytes: [UInt8]
  /// Where the request's identifier stands.
  let requestID: Range<Int>
  let model: ModelRequest

  /// - Parameter tier: An index in the other pool.
  /// - Returns: `nil` when the model cannot be found in the request, as in a form.
  init?(_ request: ByteBuffer, for hop: ModelTarget.Hop, tier: Int) {
    var scanner = HeadScanner()
    let source = request.readableBytesUInt8Span
    guard let head = try? scanner.scanRequest(source) else { return nil }
    let body = head.length..<source.count
    guard let fields = try? JSONFieldScanner.scan(source.extracting(body)), let name = fields.model else { return nil }
    let range = name.lowerBound + body.lowerBound..<name.upperBound + body.lowerBound
    model = ModelRequest(message: request, head: head, body: body, model: range, fields: fields)
    let edits = model.edits(for: hop, tier: tier)
    let count = body.count + edits.growth
    var (text, identifier) = Self.head(source, scanner.lines, bodyCount: count)
    let start = text.count
    text += [UInt8](repeating: 0, count: count)
    text.withUnsafeMutableBytes { memory in
      var writer = ByteWriter(UnsafeMutableRawBufferPointer(rebasing: memory[start...]))
      edits.write(source, body, into: &writer)
    }
    bytes = text
    requestID = identifier
  }

  private static func head(_ source: Span<UInt8>, _ lines: [HeaderLine], bodyCount: Int) -> ([UInt8], Range<Int>) {
    var text = source.copy(0..<Int(lines.first?.start ?? 0))
    var identifier = 0..<0
    for line in lines {
      if line.kind == .contentLength {
        text += Array("content-length: \(bodyCount)\r\n".utf8)
        continue
      }
      if line.kind == .requestID {
        let start = text.count + line.value.lowerBound - Int(line.start)
        identifier = start..<start + line.value.count
      }
      text += source.copy(Int(line.start)..<Int(line.end))
    }
    return (text + [ByteClass.carriageReturn, ByteClass.lineFeed], identifier)
  }
}
