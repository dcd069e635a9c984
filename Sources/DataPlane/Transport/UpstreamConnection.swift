import NIOCore
import Scheduling

/// A connection to a model server: carries one request at a time, and waits in the loop's pool in between.
///
/// ```
/// opening ──opened──▶ head ──head relayed──▶ body ──complete──▶ parked ──begin──▶ head …
///    └──────────── failure: the client decides about a retry ───────────┘
/// ```
/// Unchecked because it is confined to its channel's event loop, which is that of its clients too.
final class UpstreamConnection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What a kernel's send buffer has room for at the beginning.
  private static let surelyTaken = 16 * 1024

  let endpoint: Int
  private let loop: LoopState
  private var channelContext: ChannelHandlerContext?
  private var client: ClientConnection?
  /// Answers carried so far: a failure on a connection that was idle says nothing about the server.
  private(set) var served = 0
  /// Bytes of the current answer have arrived.
  private(set) var hasAnswered = false
  private(set) var parkedAt = MonotonicTime.zero
  /// Bytes of an incomplete head.
  private var input: ByteBuffer?
  private let relay = BodyRelay()
  private var keepsAlive = false
  private var hasWritten = false
  private var isPaused = false
  /// The request may be larger than what the kernel took at once.
  private var sentLarge = false
  private var writer = SocketWriter()

  init(_ loop: LoopState, endpoint: Int) {
    self.loop = loop
    self.endpoint = endpoint
  }

  // MARK: What the client asks

  func begin(_ client: ClientConnection) {
    self.client = client
    hasAnswered = false
    if channelContext != nil { sendRequest() }
  }

  func opened() {
    if client != nil { sendRequest() } else { park(DataPlaneContext.now) }
  }

  func failedToOpen() {
    guard let client = detach() else { return }
    client.attemptFailed(.connect, over: self)
  }

  /// The answer is not wanted any more.
  func abandon() {
    client = nil
    close()
  }

  /// Bytes of a session.
  func send(_ buffer: ByteBuffer) {
    if let channelContext { writer.writeAndFlush(buffer, channelContext) }
  }

  var isWritable: Bool { channelContext?.channel.isWritable ?? true }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { client?.session?.serverBecameWritable() }
  }

  /// The server has been told that the session is over: it may still read that.
  func endSession() {
    client = nil
    guard let channelContext else { return }
    channelContext.close(mode: .output, promise: nil)
    loop.loop.scheduleTask(in: TimeAmount(ClientConnection.lingering)) { [self] in close() }
  }

  /// What the client has got of the answer can be followed by an event that ends it.
  var canEndCleanly: Bool { relay.isBetweenEvents }

  func close() { channelContext?.close(promise: nil) }

  /// Back-pressure: the client does not take more for now.
  func setPaused(_ paused: Bool) {
    guard paused != isPaused, let channel = channelContext?.channel else { return }
    isPaused = paused
    try? channel.syncOptions?.setOption(.autoRead, value: !paused)
  }

  private func sendRequest() {
    guard let request = client?.request else { return }
    sentLarge = request.readableBytes > Self.surelyTaken
    send(request)
  }

  private func detach() -> ClientConnection? {
    let client = client
    self.client = nil
    input = nil
    relay.stop()
    return client
  }

  private func park(_ now: MonotonicTime) {
    setPaused(false)
    parkedAt = now
    loop.park(self)
  }

  // MARK: What the channel reports

  func handlerAdded(context: ChannelHandlerContext) {
    channelContext = context
    writer = SocketWriter(plain: context.channel)
    loop.metrics.backendConnections += 1
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    channelContext = nil
    loop.metrics.backendConnections -= 1
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    guard let client else {
      // Nothing was asked, or the session is over: what comes now belongs to no request.
      close()
      return
    }
    if let session = client.session { return session.readFromServer(buffer) }
    hasAnswered = true
    if !relay.isActive {
      if var earlier = input {
        input = nil
        earlier.writeBuffer(&buffer)
        buffer = earlier
      }
      guard readHead(&buffer, for: client) else { return }
    }
    relayBody(buffer, to: client)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    guard hasWritten else { return }
    hasWritten = false
    client?.flush()
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard client != nil else {
      loop.forget(self)
      return
    }
    if relay.endsWithConnection {
      keepsAlive = false
      finish()
    } else {
      fail(.reset)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(.reset)
    context.close(promise: nil)
  }

  private func fail(_ kind: FailureKind) {
    let (hasBegun, canEndCleanly) = (relay.isActive, relay.isBetweenEvents)
    guard let client = detach() else { return }
    if let session = client.session { return session.serverGone() }
    if hasBegun {
      client.answerBroke(canEndCleanly: canEndCleanly)
    } else {
      client.attemptFailed(kind, over: self)
    }
  }
}

// MARK: Reading an answer

extension UpstreamConnection {
  /// - Returns: Whether the head is complete and `buffer` begins with the body now.
  private func readHead(_ buffer: inout ByteBuffer, for client: ClientConnection) -> Bool {
    while true {
      do {
        guard let head = try loop.scanner.scanResponse(buffer.readableBytesUInt8Span, upgrades: client.asksForSession) else {
          input = buffer
          return false
        }
        if head.isInterim {
          buffer.moveReaderIndex(forwardBy: head.length)
          continue
        }
        if head.status == 101 {
          startSession(head, &buffer, client)
          return false
        }
        keepsAlive = head.keepsAlive
        return startRelay(head, &buffer, client)
      } catch {
        loop.context.logger.warning("malformed answer from a model server", metadata: ["reason": "\(error.message)"])
        fail(.reset)
        close()
        return false
      }
    }
  }

  private func startSession(_ head: ResponseHead, _ buffer: inout ByteBuffer, _ client: ClientConnection) {
    guard client.beginSession(head, buffer, over: self) else {
      loop.context.logger.warning("a model server agreed to a WebSocket session in a way that is not valid")
      fail(.reset)
      close()
      return
    }
    buffer.moveReaderIndex(forwardBy: head.length)
    if buffer.readableBytes > 0 { client.session?.readFromServer(buffer) }
  }

  private func startRelay(_ head: ResponseHead, _ buffer: inout ByteBuffer, _ client: ClientConnection) -> Bool {
    guard let removesChunking = client.beginAnswer(head, buffer, over: self) else {
      // The client asks somebody else: this answer ends here.
      _ = detach()
      close()
      return false
    }
    relay.start(head, removesChunking: removesChunking)
    buffer.moveReaderIndex(forwardBy: head.length)
    hasWritten = true
    return true
  }

  private func relayBody(_ buffer: ByteBuffer, to client: ClientConnection) {
    guard relay.isActive else { return }
    do {
      let consumed = try relay.read(buffer) { piece in
        client.write(piece)
        hasWritten = true
      }
      if relay.hasPayload { client.firstPayload() }
      guard relay.isComplete else { return client.answerGoesOn() }
      if consumed != buffer.readableBytes { keepsAlive = false }
      finish()
    } catch {
      fail(.reset)
      close()
    }
  }

  /// The server has answered before it took all of the request: the rest would be taken for the next one's beginning, or never.
  private var hasUnsentBytes: Bool {
    guard sentLarge, let channelContext else { return false }
    return SocketWriter.holdsBytes(channelContext.channel)
  }

  private func finish() {
    let usage = relay.usage
    let tokens = relay.estimatedOutputTokens
    let now = DataPlaneContext.now
    hasWritten = false
    served += 1
    guard let client = detach() else { return }
    if keepsAlive, !hasUnsentBytes { park(now) } else { close() }
    client.answerCompleted(usage: usage, estimatedOutputTokens: tokens, now: now)
  }
}
