import NIOCore

/// Closes so that the client can still read what was written: our side first, the connection once the client has hung up, or has
/// been given the time to. What still arrives is dropped unread: it may be a flood. Asked a second time, it closes at once.
///
/// Unchecked because it is confined to its channel's event loop.
final class LingeringClose: ChannelDuplexHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// GOAWAY for no error, which still allows every stream (RFC 9113 section 6.8).
  private static let goodbye: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]

  private var channelContext: ChannelHandlerContext?
  private var isClosing = false
  /// Something has arrived since this was taken back last.
  var hasRead = true

  /// NIOHTTP2 has told the peer that the connection ends for an error of the peer's.
  private(set) var hasCondemned = false

  func handlerAdded(context: ChannelHandlerContext) { channelContext = context }
  func handlerRemoved(context: ChannelHandlerContext) { channelContext = nil }

  /// Must not be called while frames are being written.
  func sayGoodbye() { channelContext?.write(wrapOutboundOut(ByteBuffer(bytes: Self.goodbye)), promise: nil) }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if !hasCondemned { hasCondemned = Self.condemns(unwrapOutboundIn(data)) }
    context.write(data, promise: promise)
  }

  /// A GOAWAY for an error, which NIOHTTP2 writes in one piece; it tells nobody else which errors are the peer's.
  private static func condemns(_ bytes: ByteBuffer) -> Bool {
    guard bytes.readableBytes == goodbye.count, bytes.getInteger(at: bytes.readerIndex, as: UInt64.self) == 0x0000_0807_0000_0000 else {
      return false
    }
    return bytes.getInteger(at: bytes.readerIndex + 13, as: UInt32.self) != 0
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasRead = true
    guard !isClosing else { return }
    // NIOHTTP2 keeps what it read last: a few bytes must not hold a buffer made for thousands on every idle connection.
    let buffer = unwrapInboundIn(data)
    guard buffer.readableBytes * 4 < buffer.storageCapacity else { return context.fireChannelRead(data) }
    var copy = context.channel.allocator.buffer(capacity: buffer.readableBytes)
    copy.writeImmutableBuffer(buffer)
    context.fireChannelRead(wrapInboundOut(copy))
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .all, !isClosing, context.channel.isActive else { return context.close(mode: mode, promise: promise) }
    isClosing = true
    let written = promise ?? context.eventLoop.makePromise(of: Void.self)
    context.close(mode: .output, promise: written)
    let channel = context.channel
    written.futureResult.whenComplete { _ in
      channel.eventLoop.scheduleTask(in: TimeAmount(ClientConnection.lingering)) { channel.close(promise: nil) }
    }
  }
}
