import NIOCore
import NIOHTTP2

/// How many streams a connection has, and whether another one is taken.
///
/// NIOHTTP2 closes a connection that opens more streams than it has announced, although RFC 9113 section 5.1.2 makes that an error of the
/// stream, and a client that has not read our settings yet cannot know the number. So it enforces far more than is announced
/// (`EarlySettings`), and the streams above the announced number are refused here: they may be sent again elsewhere.
///
/// Unchecked because it is confined to its channel's event loop.
final class StreamLedger: NIOHTTP2StreamDelegate, @unchecked Sendable {
  enum Admission { case taken, refused(atOnce: Bool), tooMany }

  /// Streams over the limit in the life of a connection, as a multiple of the limit: what Envoy opens at once (1,024) is refused one by
  /// one at the standard limit; who opens more does not mean well, or is told by the end of the connection.
  private static let patience = 4
  /// Refusals in the middle of a request: NIOHTTP2 remembers the thirty streams that it has reset last, and what still arrives for one
  /// that it has forgotten ends the connection.
  private static let remembered = 16

  private let next: any NIOHTTP2StreamDelegate
  private let limit: Int
  private var open = 0
  private var refusals = 0

  /// - Parameter next: Hears of everything as well.
  init(limit: Int, next: any NIOHTTP2StreamDelegate) {
    self.limit = limit
    self.next = next
  }

  /// For a stream whose head has just come.
  func admit() -> Admission {
    guard open >= limit else { return .taken }
    refusals += 1
    return refusals <= Self.patience * limit ? .refused(atOnce: refusals <= Self.remembered) : .tooMany
  }

  func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
    open += 1
    next.streamCreated(id, channel: channel)
  }

  func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
    open -= 1
    next.streamClosed(id, channel: channel)
  }
}

/// Refuses a stream, at once or when its request has come whole.
///
/// Unchecked because it is confined to its channel's event loop.
final class RefusedStream: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private var atOnce: Bool

  init(atOnce: Bool) { self.atOnce = atOnce }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let isLast =
      switch unwrapInboundIn(data) {
      case .headers(let payload): payload.endStream
      case .data(let payload): payload.endStream
      default: false
      }
    guard isLast || atOnce else { return }
    atOnce = false
    context.writeAndFlush(wrapOutboundOut(.rstStream(.refusedStream)), promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
