import NIOCore
import NIOHPACK
import NIOHTTP2

/// What a call says and hears. All of it on the event loop of its stream.
protocol GRPCCall: AnyObject {
  /// - Throws: How the call ends, when the message is nonsense.
  func receive(_ message: ByteBuffer, _ stream: GRPCStream) throws(GRPCStatus)
  /// The peer says nothing more: how the call ends; `nil` when it goes on.
  func halfClosed() -> GRPCStatus?
  /// The stream is over, whoever ended it.
  func closed()
}

/// The server's side of one call of gRPC, on a stream of HTTP/2.
///
/// ```
/// HEADERS ▶ which service     DATA ▶ messages ▶ GRPCCall     END_STREAM ▶ halfClosed ▶ trailers     RST_STREAM ▶ closed
/// ```
/// It is our own because what stands between gRPC's and NIO's HTTP/2 in grpc-swift (2.9 of its transport) closes a connection after 200
/// streams were reset in half a minute, and nothing can be set: a gateway's one connection carries everybody's requests, and its
/// clients leave as they like.
///
/// Unchecked because it is confined to its channel's event loop.
final class GRPCStream: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let makeCall: (String) -> (any GRPCCall)?
  private let onFault: (GRPCStatus) -> Void
  private var framing: GRPCFraming
  private var call: (any GRPCCall)?
  private var channelContext: ChannelHandlerContext?
  private var hasBegun = false
  private var hasSentHead = false
  private var hasEnded = false
  private var isPaused = false

  /// - Parameters:
  ///   - messageLimit: Bytes of one message.
  ///   - makeCall: By the path of the method; `nil` for one that is not served.
  ///   - onFault: Hears why a call ends for something that the peer has done.
  init(messageLimit: Int, makeCall: @escaping (String) -> (any GRPCCall)?, onFault: @escaping (GRPCStatus) -> Void) {
    framing = GRPCFraming(limit: messageLimit)
    self.makeCall = makeCall
    self.onFault = onFault
  }

  /// `nil` when the stream is over.
  var eventLoop: (any EventLoop)? { channelContext?.eventLoop }

  func handlerAdded(context: ChannelHandlerContext) { channelContext = context }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func channelInactive(context: ChannelHandlerContext) { end() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end()
    context.close(promise: nil)
  }

  /// While the peer does not take what we say, nothing of what it says is read.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard isPaused == context.channel.isWritable else { return }
    isPaused = !isPaused
    try? context.channel.syncOptions?.setOption(.autoRead, value: !isPaused)
  }

  private func end() {
    channelContext = nil
    hasEnded = true
    let call = call
    self.call = nil
    call?.closed()
  }

  // MARK: What the peer says

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { if !hasEnded { read(unwrapInboundIn(data)) } }

  private func read(_ payload: HTTP2Frame.FramePayload) {
    do throws(GRPCStatus) {
      switch payload {
      case .headers(let payload):
        try begin(payload.headers)
        if payload.endStream { try halfClose() }
      case .data(let payload):
        if case .byteBuffer(let bytes) = payload.data, bytes.readableBytes > 0 { try read(bytes) }
        if payload.endStream { try halfClose() }
      default: break
      }
    } catch {
      onFault(error)
      finish(error)
    }
  }

  private func begin(_ headers: HPACKHeaders) throws(GRPCStatus) {
    // Trailers of a client have no meaning in gRPC.
    guard !hasBegun else { return }
    hasBegun = true
    guard headers.first(name: "content-type")?.hasPrefix("application/grpc") == true, headers.first(name: ":method") == "POST" else {
      throw GRPCStatus(code: .internal, message: "this port speaks gRPC: POST with content-type application/grpc")
    }
    let path = headers.first(name: ":path") ?? ""
    call = makeCall(path)
    guard call != nil else { throw GRPCStatus(code: .unimplemented, message: "there is no method \(path.prefix(200)) here") }
  }

  private func read(_ bytes: ByteBuffer) throws(GRPCStatus) {
    guard call != nil else { return }
    framing.append(bytes)
    while let call, !hasEnded, let message = try framing.next() { try call.receive(message, self) }
  }

  private func halfClose() throws(GRPCStatus) {
    guard !hasEnded, let call else { return }
    guard framing.isAtBoundary else { throw GRPCStatus(code: .invalidArgument, message: "the last message is not complete") }
    if let status = call.halfClosed() { finish(status) }
  }

  // MARK: What we say

  func send(_ message: [UInt8]) {
    guard !hasEnded, let channelContext else { return }
    if !hasSentHead {
      hasSentHead = true
      channelContext.write(wrapOutboundOut(.headers(.init(headers: Self.head))), promise: nil)
    }
    var buffer = channelContext.channel.allocator.buffer(capacity: message.count + 5)
    buffer.writeInteger(UInt8(0))
    buffer.writeInteger(UInt32(message.count))
    buffer.writeBytes(message)
    channelContext.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(buffer)))), promise: nil)
  }

  /// Ends the call.
  func finish(_ status: GRPCStatus) {
    guard !hasEnded, let channelContext else { return }
    var trailers = hasSentHead ? HPACKHeaders() : Self.head
    trailers.add(name: "grpc-status", value: "\(status.code.rawValue)")
    if !status.message.isEmpty { trailers.add(name: "grpc-message", value: status.encodedMessage) }
    channelContext.writeAndFlush(wrapOutboundOut(.headers(.init(headers: trailers, endStream: true))), promise: nil)
    end()
  }

  private static let head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
}
