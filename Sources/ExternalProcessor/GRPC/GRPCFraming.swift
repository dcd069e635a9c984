import NIOCore

/// Finds the messages in the bytes of a call: each has five bytes in front of it, a flag and its length.
struct GRPCFraming {
  /// Bytes of one message.
  let limit: Int
  private var input = ByteBuffer()

  init(limit: Int) { self.limit = limit }

  mutating func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
  }

  /// The next message; `nil` when more bytes are needed.
  mutating func next() throws(GRPCStatus) -> ByteBuffer? {
    guard let flag = input.getInteger(at: input.readerIndex, as: UInt8.self) else { return nil }
    guard flag == 0 else {
      throw GRPCStatus(code: flag == 1 ? .unimplemented : .invalidArgument, message: "messages must not be compressed")
    }
    guard let length = input.getInteger(at: input.readerIndex + 1, as: UInt32.self).map(Int.init) else { return nil }
    guard length <= limit else {
      throw GRPCStatus(code: .resourceExhausted, message: "a message of \(length) bytes: the limit is \(limit)")
    }
    guard input.readableBytes >= 5 + length else { return nil }
    input.moveReaderIndex(forwardBy: 5)
    return input.readSlice(length: length)
  }

  /// The peer says nothing more.
  /// - Returns: Whether everything it has said was whole.
  var isAtBoundary: Bool { input.readableBytes == 0 }
}
