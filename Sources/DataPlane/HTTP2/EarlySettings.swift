import NIOCore

/// Lets our settings hold from the beginning of a connection, not from the moment at which the peer has confirmed them.
///
/// Until then NIOHTTP2 allows 100 streams and closes the connection at one more, although the peer cannot know of any limit yet
/// (RFC 9113 section 6.5.2: there is none). A gateway that starts under load opens hundreds at once. So its confirmation is said for it
/// right behind its own settings, and its own one, when it comes, is left out. Our limits are higher than the defaults that hold before.
///
/// ```
/// preface ──▶ frames until the first SETTINGS has passed ──▶ an ACK of ours ──▶ frames until the peer's ACK, which is dropped ──▶ passes all
/// ```
/// Unchecked because it is confined to its channel's event loop.
final class EarlySettings: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private enum State { case settings, acknowledgement, done }

  /// SETTINGS with the flag ACK, for the connection, without a payload.
  private static let acknowledgement: [UInt8] = [0, 0, 0, 4, 1, 0, 0, 0, 0]
  private static let frameHead = 9
  private static let settingsType: UInt8 = 4

  private var state = State.settings
  /// Bytes that pass unread: the preface of a client, or the rest of a frame.
  private var passing = 24
  private var isInSettings = false
  /// A frame's head that is not complete.
  private var head = ByteBuffer()

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard state != .done else { return context.fireChannelRead(data) }
    var input = head
    var more = unwrapInboundIn(data)
    input.writeBuffer(&more)
    head = ByteBuffer()
    var output = context.channel.allocator.buffer(capacity: input.readableBytes + Self.frameHead)
    pass(&input, to: &output)
    if output.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(output)) }
  }

  private func pass(_ input: inout ByteBuffer, to output: inout ByteBuffer) {
    while state != .done {
      if passing > 0 {
        let count = min(passing, input.readableBytes)
        guard count > 0, var part = input.readSlice(length: count) else { return }
        output.writeBuffer(&part)
        passing -= count
        guard passing == 0 else { return }
      }
      if isInSettings {
        isInSettings = false
        output.writeBytes(Self.acknowledgement)
        state = .acknowledgement
      }
      guard var frame = input.readSlice(length: Self.frameHead) else {
        head = input
        return
      }
      let bytes = Array(frame.readableBytesView)
      passing = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
      let isSettings = bytes[3] == Self.settingsType
      if isSettings, bytes[4] & 1 == 1, state == .acknowledgement, passing == 0 {
        state = .done
        break
      }
      isInSettings = isSettings && bytes[4] & 1 == 0 && state == .settings
      output.writeBuffer(&frame)
    }
    output.writeBuffer(&input)
  }
}
