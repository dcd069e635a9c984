import NIOCore
import NIOHTTP2
import NIOSSL

/// A connection of HTTP/2: every stream of it drives a `ClientConnection` of its own, through `HTTP2StreamCodec`.
///
/// ```
/// socket ▶ (TLS) ▶ LingeringClose ▶ NIOHTTP2Handler ┬▶ connection management: idle time, keepalive, GOAWAY ▶ HTTP2Front
///                                                    └▶ stream: HTTP2StreamCodec ▶ ClientConnection        (one for every request)
/// ```
/// Unchecked because it is confined to its channel's event loop.
final class HTTP2Front: ChannelInboundHandler, Front, @unchecked Sendable {
  typealias InboundIn = HTTP2Frame

  /// What a client that knows a server speaks HTTP/2 begins with (RFC 9113 section 3.4), as far as our machine has to see.
  static let preface: StaticString = "PRI * HTTP/2.0"

  private let loop: LoopState
  private let edge: LingeringClose
  private var channelContext: ChannelHandlerContext?
  private var number = 0
  private var silence: RepeatedTask?
  private var isDraining = false
  private var hasFailed = false
  private let farewell = HTTP2PingData(withInteger: .random(in: .min ... .max))

  private init(_ loop: LoopState, _ edge: LingeringClose) {
    self.loop = loop
    self.edge = edge
  }

  /// The handlers of a connection that speaks HTTP/2 from the next byte on.
  /// - Parameter gateway: Whose streams these are, where they are not requests of clients.
  static func install(on channel: any Channel, _ loop: LoopState, _ carrier: Carrier, gateway: GatewayListener? = nil) throws {
    let configuration = loop.context.configuration
    let limits = gateway?.limits ?? configuration.http2
    let keepalive = TimeAmount(limits.keepalive)
    let manager = NIOHTTP2ServerConnectionManagementHandler(
      eventLoop: channel.eventLoop,
      configuration: .init(
        maxIdleTime: TimeAmount(configuration.clientIdleTimeout), maxAge: nil, maxGraceTime: nil,
        keepalive: .init(pingInterval: keepalive, ackTimeout: keepalive)))
    let carrier = carrier.stream
    let ledger = StreamLedger(limit: limits.concurrentStreams, next: manager.http2StreamDelegate)
    let handler = NIOHTTP2Handler(
      mode: .server, eventLoop: channel.eventLoop, connectionConfiguration: limits.connection(headBytes: configuration.limits.headBytes),
      streamConfiguration: limits.stream, streamDelegate: ledger
    ) { stream in
      stream.eventLoop.makeCompletedFuture {
        guard try isTaken(stream, ledger) else { return }
        if let gateway { return try gateway.install(on: stream, loop, carrier) }
        try stream.pipeline.syncOperations.addHandler(HTTP2StreamCodec(loop, carrier))
        try stream.pipeline.syncOperations.addHandler(ClientConnection(loop, carrier: carrier))
      }
    }
    let pipeline = channel.pipeline.syncOperations
    let edge = LingeringClose()
    try pipeline.addHandlers(EarlySettings(streams: limits.concurrentStreams), edge, handler, manager, HTTP2Front(loop, edge))
    // The connection has been active for a while: its idle time begins now.
    manager.channelActive(context: try pipeline.context(handler: manager))
  }

  private static func isTaken(_ stream: any Channel, _ ledger: StreamLedger) throws -> Bool {
    switch ledger.admit() {
    case .taken: return true
    case .refused(let atOnce): try stream.pipeline.syncOperations.addHandler(RefusedStream(atOnce: atOnce))
    case .tooMany:
      // The frame passes NIOHTTP2, which ends the streams with it.
      let goodbye = HTTP2Frame.FramePayload.goAway(lastStreamID: .rootStream, errorCode: .enhanceYourCalm, opaqueData: nil)
      stream.parent?.writeAndFlush(HTTP2Frame(streamID: .rootStream, payload: goodbye), promise: nil)
      stream.parent?.close(promise: nil)
    }
    return false
  }

  func handlerAdded(context: ChannelHandlerContext) {
    channelContext = context
    number = loop.fronts.add(self)
    watchSilence(context)
    loop.metrics.clientConnections += 1
    if loop.isClosing { drain() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    channelContext = nil
    silence?.cancel()
    loop.fronts.remove(number)
    loop.metrics.clientConnections -= 1
    if isDraining { loop.metrics.busyConnections -= 1 }
  }

  /// The management of the connection asks a silent client whether it is there, and says goodbye to one that does not answer; but it
  /// waits for what only a client that is there can do.
  private func watchSilence(_ context: ChannelHandlerContext) {
    let patience = TimeAmount(loop.context.configuration.http2.keepalive * 3)
    let (edge, channel) = (NIOLoopBound(edge, eventLoop: context.eventLoop), context.channel)
    silence = context.eventLoop.scheduleRepeatedTask(initialDelay: patience, delay: patience) { _ in
      guard edge.value.hasRead else { return channel.close(promise: nil) }
      edge.value.hasRead = false
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isDraining, case .ping(let data, ack: true) = unwrapInboundIn(data).payload, data == farewell else { return }
    context.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !hasFailed, !Self.concernsOneStream(error) else { return }
    // We have written to a stream that a reset behind the request, in the same read, has ended: nothing of it has left, and the peer has
    // done nothing wrong. What it does wrong makes NIOHTTP2 say so first.
    if error is NIOHTTP2Errors.NoSuchStream, !edge.hasCondemned { return }
    hasFailed = true
    loop.context.logger.debug(
      "HTTP/2 connection ends", metadata: ["peer": "\(context.remoteAddress?.description ?? "")", "reason": "\(error)"])
    context.close(promise: nil)
  }

  /// The stream has been reset, and the others go on (RFC 9113 section 5.4.2). Every other error has ended the connection.
  private static func concernsOneStream(_ error: any Error) -> Bool {
    switch error {
    case is NIOHTTP2Errors.MissingPseudoHeader, is NIOHTTP2Errors.DuplicatePseudoHeader, is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader,
      is NIOHTTP2Errors.UnknownPseudoHeader, is NIOHTTP2Errors.UnsupportedPseudoHeader, is NIOHTTP2Errors.InvalidPseudoHeaders,
      is NIOHTTP2Errors.InvalidPseudoHeaderValue, is NIOHTTP2Errors.EmptyPathHeader, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName,
      is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue, is NIOHTTP2Errors.ForbiddenHeaderField, is NIOHTTP2Errors.TrailersWithoutEndStream,
      is NIOHTTP2Errors.ContentLengthViolated, is NIOHTTP2Errors.ContentLengthHeadersMismatch,
      is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue,
      is NIOHTTP2Errors.CreatedStreamAfterGoaway, is NIOHTTP2Errors.StreamClosed:
      true
    default: false
    }
  }

  // MARK: Front

  func deadlinePassed() {}

  /// GOAWAY: the client opens no new streams, those under way end, and the connection is closed after them. Until then the process
  /// is not done.
  ///
  /// NIOHTTP2 refuses streams from its first GOAWAY on, also those that the client opened before it could know. So the first one goes
  /// past it, with a ping; once the client answers that, it has seen both, and NIOHTTP2 may say its own.
  func drain() {
    guard !isDraining, let channelContext else { return }
    isDraining = true
    loop.metrics.busyConnections += 1
    edge.sayGoodbye()
    channelContext.writeAndFlush(NIOAny(HTTP2Frame(streamID: .rootStream, payload: .ping(farewell, ack: false))), promise: nil)
  }

  func close() { channelContext?.close(promise: nil) }
}
