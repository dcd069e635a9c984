import NIOCore

/// A request whose body comes in chunks: gathered here, and forwarded with its length.
///
/// An object, so that a connection has no room for it while there is none.
final class ChunkedRequest {
  private var gathered: ByteBuffer
  private let headLength: Int
  private let limit: Int
  private var framing = BodyFraming(.chunked)

  init(head: ByteBuffer, limit: Int) {
    gathered = head
    headLength = head.readableBytes
    self.limit = limit
  }

  /// Bytes held.
  var size: Int { gathered.readableBytes }

  /// The head, followed by the body without its framing; `nil` while something is missing.
  var message: ByteBuffer? { framing.isComplete ? gathered : nil }

  /// - Returns: How many bytes belonged to this request.
  func read(_ buffer: ByteBuffer) throws(HTTPProblem) -> Int {
    var position = 0
    let bytes = buffer.readableBytesUInt8Span
    while let piece = try framing.next(bytes, from: &position) {
      guard gathered.readableBytes - headLength + piece.count <= limit else { throw .bodyTooLarge }
      bytes.extracting(piece).withUnsafeBytes { _ = gathered.writeBytes($0) }
    }
    return position
  }
}
