import NIOCore

#if canImport(Glibc)
  import Glibc
#endif

/// Hands bytes to the kernel directly, past a channel's pipeline and its queue of pending writes, which cost more than all that is
/// done with a request before.
///
/// Only for a channel that is a plain socket, with nothing between it and its one handler. What the kernel does not take goes
/// through the channel, and everything after it until the channel has nothing left: so order, back-pressure and errors are the channel's.
struct SocketWriter {
  /// `nil` where the channel is no socket.
  private let core: (any NIOTransportAccessibleChannelCore<NIOBSDSocket.Handle>)?
  /// The channel may hold bytes that must go first.
  private var mayHoldBytes = false

  /// Always goes through the channel.
  init() { core = nil }

  init(plain channel: any Channel) {
    #if canImport(Glibc)
      core = channel._channelCore as? any NIOTransportAccessibleChannelCore<NIOBSDSocket.Handle>
    #else
      core = nil
    #endif
  }

  /// Adds bytes to what the channel sends with the next flush.
  mutating func write(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
    mayHoldBytes = true
    context.write(NIOAny(buffer), promise: nil)
  }

  /// Sends what was written before, then `buffer`.
  mutating func writeAndFlush(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
    guard let core else { return context.writeAndFlush(NIOAny(buffer), promise: nil) }
    if mayHoldBytes { mayHoldBytes = Self.holdsBytes(context.channel) }
    let taken = mayHoldBytes ? 0 : Self.send(buffer, core)
    guard taken < buffer.readableBytes else { return }
    var rest = buffer
    rest.moveReaderIndex(forwardBy: taken)
    mayHoldBytes = true
    context.writeAndFlush(NIOAny(rest), promise: nil)
  }

  static func holdsBytes(_ channel: any Channel) -> Bool {
    // What a channel does not say may be anything.
    (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 1 > 0
  }

  /// - Returns: How many bytes the kernel has taken. An error is none of them: the channel meets it again, and knows what to do.
  private static func send(_ buffer: ByteBuffer, _ core: any NIOTransportAccessibleChannelCore<NIOBSDSocket.Handle>) -> Int {
    #if canImport(Glibc)
      let taken = try? core.withUnsafeTransport { socket in
        buffer.withUnsafeReadableBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }
      }
      return max(0, taken ?? 0)
    #else
      return 0
    #endif
  }
}
