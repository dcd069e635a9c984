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
/// What we announce of streams is written here too: NIOHTTP2 can only enforce what it announces, and the number of streams is
/// `StreamLedger`'s to enforce.
///
/// Unchecked because it is confined to its channel's event loop.
final class EarlySettings: ChannelDuplexHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var machine = Machine()
  private let streams: Int
  private var hasAnnounced = false

  /// - Parameter streams: How many of them are announced.
  init(streams: Int) { self.streams = streams }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !machine.isDone else { return context.fireChannelRead(data) }
    let output = machine.pass(unwrapInboundIn(data))
    if output.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(output)) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !hasAnnounced else { return context.write(data, promise: promise) }
    hasAnnounced = true
    context.write(wrapOutboundOut(Self.announcing(streams, in: unwrapOutboundIn(data))), promise: promise)
  }

  /// The first frame of a server is its SETTINGS (RFC 9113 section 3.4): entries of two bytes for the name, four for the value.
  static func announcing(_ streams: Int, in bytes: ByteBuffer) -> ByteBuffer {
    var bytes = bytes
    var position = bytes.readerIndex + Machine.frameHead
    let end = position + (bytes.getInteger(at: bytes.readerIndex, as: UInt32.self).map { Int($0 >> 8) } ?? 0)
    guard bytes.getInteger(at: bytes.readerIndex + 3, as: UInt8.self) == Machine.settingsType, end <= bytes.writerIndex else {
      return bytes
    }
    while position + 6 <= end {
      if bytes.getInteger(at: position, as: UInt16.self) == 3 { bytes.setInteger(UInt32(clamping: streams), at: position + 2) }
      position += 6
    }
    return bytes
  }
}

extension EarlySettings {
  /// What becomes of a client's bytes. Sans I/O.
  struct Machine {
    private enum State { case settings, acknowledgement, done }

    /// SETTINGS with the flag ACK, for the connection, without a payload.
    private static let acknowledgement: [UInt8] = [0, 0, 0, 4, 1, 0, 0, 0, 0]
    fileprivate static let frameHead = 9
    fileprivate static let settingsType: UInt8 = 4

    private var state = State.settings
    /// Bytes that pass unread: the preface of a client, or the rest of a frame.
    private var passing = 24
    private var isInSettings = false
    /// A frame's head that is not complete.
    private var head = ByteBuffer()

    var isDone: Bool { state == .done }

    mutating func pass(_ bytes: ByteBuffer) -> ByteBuffer {
      var (input, more) = (head, bytes)
      head = ByteBuffer()
      input.writeBuffer(&more)
      var output = ByteBufferAllocator().buffer(capacity: input.readableBytes + Self.frameHead)
      while state != .done {
        let count = min(passing, input.readableBytes)
        if var part = input.readSlice(length: count) { output.writeBuffer(&part) }
        passing -= count
        guard passing == 0 else { return output }
        if isInSettings {
          isInSettings = false
          output.writeBytes(Self.acknowledgement)
          state = .acknowledgement
        }
        guard let frame = input.readBytes(length: Self.frameHead) else {
          head = input
          return output
        }
        passing = Int(frame[0]) << 16 | Int(frame[1]) << 8 | Int(frame[2])
        let (isSettings, isAcknowledgement) = (frame[3] == Self.settingsType, frame[4] & 1 == 1)
        if isSettings, isAcknowledgement, state == .acknowledgement, passing == 0 {
          state = .done
        } else {
          isInSettings = isSettings && !isAcknowledgement && state == .settings
          output.writeBytes(frame)
        }
      }
      output.writeBuffer(&input)
      return output
    }
  }
}
