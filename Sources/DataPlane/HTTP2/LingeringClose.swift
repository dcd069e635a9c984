import NIOCore

/// Closes so that the client can still read what was written: our side first, the connection once the client has hung up, or has
/// been given the time to. What still arrives is dropped unread: it may be a flood. Asked a second time, it closes at once.
///
/// Unchecked because it is confined to its channel's event loop.
final class LingeringClose: ChannelDuplexHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer

  private var isClosing = false
  /// Something has arrived since this was taken back last.
  var hasRead = true

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasRead = true
    if !isClosing { context.fireChannelRead(data) }
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
