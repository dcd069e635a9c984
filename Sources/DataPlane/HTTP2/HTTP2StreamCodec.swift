import NIOCore
import NIOHPACK
import NIOHTTP2

/// Between a stream of HTTP/2 and the machine of HTTP/1.1: frames become the bytes it reads, and the bytes it writes become frames.
///
/// ```
/// request:   HEADERS ▶ head    DATA ▶ body, in chunks if its length is unknown    trailers ▶ dropped    END_STREAM ▶ last chunk
/// response:  head ▶ HEADERS    body ▶ DATA, without chunk framing                 end of the body ▶ END_STREAM
///            connection closed before the end ▶ RST_STREAM: never a clean end
/// ```
/// Unchecked because it is confined to its channel's event loop.
final class HTTP2StreamCodec: ChannelDuplexHandler, @unchecked Sendable {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let loop: LoopState
  private var request: HTTP2RequestHead?
  private var requestEnded = false
  private var answersHead = false
  /// The body of the answer; `nil` until its head has been written.
  private var framing: BodyFraming?
  /// Nothing more will be written.
  private var ended = false

  init(_ loop: LoopState, _ carrier: Carrier) { self.loop = loop }

  // MARK: The request

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !ended else { return }
    switch unwrapInboundIn(data) {
    case .headers(let payload):
      guard request == nil else { return endRequest(context, if: payload.endStream) }
      do throws(HTTP2RequestHead.Malformed) {
        try begin(context, payload)
      } catch {
        reset(context, .protocolError, promise: nil)
      }
    case .data(let payload):
      if case .byteBuffer(let bytes) = payload.data, bytes.readableBytes > 0 { relay(context, bytes) }
      endRequest(context, if: payload.endStream)
    default: break
    }
  }

  private func begin(_ context: ChannelHandlerContext, _ payload: HTTP2Frame.FramePayload.Headers) throws(HTTP2RequestHead.Malformed) {
    let head = try HTTP2RequestHead(payload.headers, hasBody: !payload.endStream)
    var buffer = context.channel.allocator.buffer(capacity: 1024)
    try head.write(payload.headers, into: &buffer)
    request = head
    answersHead = head.method == "HEAD"
    requestEnded = payload.endStream
    context.fireChannelRead(wrapInboundOut(buffer))
  }

  private func relay(_ context: ChannelHandlerContext, _ bytes: ByteBuffer) {
    guard request?.isChunked == true else { return context.fireChannelRead(wrapInboundOut(bytes)) }
    var chunk = context.channel.allocator.buffer(capacity: bytes.readableBytes + 16)
    chunk.writeString(String(bytes.readableBytes, radix: 16))
    chunk.writeStaticString("\r\n")
    chunk.writeImmutableBuffer(bytes)
    chunk.writeStaticString("\r\n")
    context.fireChannelRead(wrapInboundOut(chunk))
  }

  private func endRequest(_ context: ChannelHandlerContext, if isEnd: Bool) {
    guard isEnd, !requestEnded else { return }
    requestEnded = true
    if request?.isChunked == true { context.fireChannelRead(wrapInboundOut(ByteBuffer(staticString: "0\r\n\r\n"))) }
  }

  /// The end of the stream is the client's loss only if there was no whole answer.
  func channelInactive(context: ChannelHandlerContext) { if !ended { context.fireChannelInactive() } }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { if !ended { context.fireErrorCaught(error) } }

  // MARK: The answer

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    var buffer = unwrapOutboundIn(data)
    guard !ended else { return promise?.fail(ChannelError.ioOnClosedChannel) ?? () }
    do {
      while framing == nil, buffer.readableBytes > 0 { try writeHead(context, &buffer) }
      if !ended { try writeBody(context, buffer) }
      promise?.succeed()
    } catch {
      reset(context, .internalError, promise: nil)
      promise?.fail(error)
    }
  }

  private func writeHead(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer) throws(HTTPProblem) {
    let whole = buffer
    let bytes = whole.readableBytesUInt8Span
    guard let head = try loop.answerScanner.scanResponse(bytes, answersHead: answersHead) else { throw .statusLine }
    var fields = HPACKHeaders([(":status", "\(head.status)")])
    for line in loop.answerScanner.lines {
      switch line.kind {
      case .connection, .hopByHop, .transferEncoding: continue
      default: fields.add(name: bytes.text(line.name).lowercased(), value: bytes.text(line.value))
      }
    }
    let endsHere = !head.isInterim && head.body == .none
    buffer.moveReaderIndex(forwardBy: head.length)
    if !head.isInterim { framing = BodyFraming(head.body) }
    if endsHere { ended = true }
    context.write(wrapOutboundOut(.headers(.init(headers: fields, endStream: endsHere))), promise: promiseOfEnd(context, endsHere))
  }

  private func writeBody(_ context: ChannelHandlerContext, _ buffer: ByteBuffer) throws(HTTPProblem) {
    guard buffer.readableBytes > 0, framing != nil else { return }
    let bytes = buffer.readableBytesUInt8Span
    var position = 0
    // One piece is held back: only the last one says that it is the last.
    var piece: ByteBuffer?
    while let range = try framing?.next(bytes, from: &position) {
      if let earlier = piece { writeData(context, earlier, isLast: false) }
      piece = buffer.getSlice(at: buffer.readerIndex + range.lowerBound, length: range.count)
    }
    let isLast = framing?.isComplete == true
    if isLast || piece != nil { writeData(context, piece ?? ByteBuffer(), isLast: isLast) }
  }

  private func writeData(_ context: ChannelHandlerContext, _ bytes: ByteBuffer, isLast: Bool) {
    if isLast { ended = true }
    context.write(
      wrapOutboundOut(.data(.init(data: .byteBuffer(bytes), endStream: isLast))), promise: promiseOfEnd(context, isLast))
  }

  /// A client that has its answer need not send the rest of its request (RFC 9113 section 8.1).
  private func promiseOfEnd(_ context: ChannelHandlerContext, _ isEnd: Bool) -> EventLoopPromise<Void>? {
    guard isEnd, !requestEnded else { return nil }
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenSuccess { [self] in
      guard !requestEnded else { return }
      context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
    }
    return promise
  }

  // MARK: The end

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if ended {
      // What has been written goes out by itself; only who asks for everything to end does not wait for it.
      return mode == .all ? context.close(promise: promise) : promise?.succeed() ?? ()
    }
    if mode == .output, framing?.endsWithConnection == true {
      writeData(context, ByteBuffer(), isLast: true)
      context.flush()
      promise?.succeed()
    } else {
      reset(context, framing == nil ? .cancel : .internalError, promise: promise)
    }
  }

  private func reset(_ context: ChannelHandlerContext, _ code: HTTP2ErrorCode, promise: EventLoopPromise<Void>?) {
    context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
    promise?.succeed()
  }
}
