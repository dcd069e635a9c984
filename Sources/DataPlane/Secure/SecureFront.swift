import NIOCore
import NIOSSL
import NIOTLS

/// Waits for the TLS handshake, then makes place for the protocol that was agreed on: HTTP/2, or HTTP/1.1 without agreement.
///
/// Unchecked because it is confined to its channel's event loop.
final class SecureFront: ChannelInboundHandler, RemovableChannelHandler, Front, @unchecked Sendable {
  typealias InboundIn = ByteBuffer

  private let loop: LoopState
  private let settings: TLSSettings
  private let handshake: NIOSSLServerHandler
  private let gateway: GatewayListener?
  private var channelContext: ChannelHandlerContext?
  private var number = 0

  init(_ loop: LoopState, _ settings: TLSSettings, _ handshake: NIOSSLServerHandler, _ gateway: GatewayListener?) {
    self.gateway = gateway
    self.loop = loop
    self.settings = settings
    self.handshake = handshake
  }

  /// The handlers of a connection that begins with a handshake.
  /// - Parameter gateway: Whose streams these are, where they are not requests of clients: HTTP/2 only.
  static func install(on channel: any Channel, _ loop: LoopState, _ keeper: TLSKeeper, gateway: GatewayListener? = nil) throws {
    let handshake = NIOSSLServerHandler(context: keeper.context)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(handshake)
    try pipeline.addHandler(SecureFront(loop, keeper.settings, handshake, gateway))
  }

  func handlerAdded(context: ChannelHandlerContext) {
    channelContext = context
    let deadline = DataPlaneContext.now.advanced(by: settings.handshakeTimeout)
    number = loop.fronts.add(self, deadline: deadline.nanoseconds)
    loop.wake(at: deadline.nanoseconds)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    channelContext = nil
    loop.fronts.remove(number)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let agreed)? = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    // What is shown unasked says nothing: nobody vouches for it.
    let certificate = settings.clientAuth == .none ? nil : handshake.peerCertificate
    let carrier = Carrier(isSecure: true, identities: certificate.map(CertificateIdentity.names) ?? [])
    do {
      if agreed == "h2" || gateway != nil {
        try HTTP2Front.install(on: context.channel, loop, carrier, gateway: gateway)
      } else {
        try context.pipeline.syncOperations.addHandler(ClientConnection(loop, carrier: carrier))
      }
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.metrics.failedHandshakes += 1
    loop.context.logger.debug(
      "TLS handshake failed", metadata: ["peer": "\(context.remoteAddress?.description ?? "")", "reason": "\(error)"])
    if "\(error)".contains("HTTP_REQUEST") { sendPlain(context) }
    close()
  }

  /// A client that speaks HTTP without TLS gets an answer that it can read.
  private func sendPlain(_ context: ChannelHandlerContext) {
    guard let tls = try? context.pipeline.syncOperations.context(handler: handshake) else { return }
    let body = ProxyError.invalid("This port speaks TLS: write https instead of http.", code: "tls_required").body
    var buffer = context.channel.allocator.buffer(capacity: body.count + 128)
    buffer.writeString(
      "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: \(body.count)\r\nconnection: close\r\n\r\n")
    buffer.writeBytes(body)
    tls.writeAndFlush(NIOAny(buffer), promise: nil)
  }

  // MARK: Front

  func deadlinePassed() {
    loop.metrics.failedHandshakes += 1
    close()
  }

  func drain() { close() }

  /// Without the end of a TLS session: there is none yet.
  func close() {
    guard let channelContext else { return }
    let tls = try? channelContext.pipeline.syncOperations.context(handler: handshake)
    (tls ?? channelContext).close(promise: nil)
  }
}
