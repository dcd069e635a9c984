import NIOCore
import Scheduling

/// A client's connection: one request at a time goes Classify ▶ Admit ▶ Forward ▶ Relay ▶ Account.
///
/// ```
/// reading ──request complete──▶ waiting ──granted──▶ forwarding ──answer begins──▶ relaying ──complete──▶ reading
///    │                             │ refused            │ failed: retried (waiting), or an error     │ broken
///    └──malformed──▶ closing ◀─────┴────────────────────┴─────────────────────────────────────────────┘
/// ```
/// Unchecked because it is confined to its channel's event loop.
final class ClientConnection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Phase {
    /// Between requests, or with a part of one.
    case reading
    /// Held by the scheduler, or by one of our own answers that is being made.
    case waiting
    /// A model server has the request; nothing of an answer has gone to the client.
    case forwarding
    /// A part of the answer has gone to the client.
    case relaying
    /// Everything has been said; what still arrives is discarded.
    case closing
  }

  /// Input held back while a request is under way; more stays in the kernel.
  static let maximumPipelined = 64 * 1024
  /// What of an answer's body is copied behind its head.
  static let copiedBody = 4096
  /// How long a client may take to hang up after we said goodbye.
  static let lingering: Duration = .seconds(2)

  let loop: LoopState
  /// `nil` for a connection of its own, without TLS.
  let carrier: Carrier?
  /// It came to the admin listener: what this process says of itself is all it may ask for.
  let isAdmin: Bool
  var channelContext: ChannelHandlerContext?
  var slot = -1
  var phase = Phase.reading
  /// Bytes that have not been understood yet.
  var input: ByteBuffer?
  /// Bytes of input below which looking again is useless.
  var needed = 0
  var chunked: ChunkedRequest?
  private var isPaused = false
  private var sentContinue = false
  private var isReadingTimed = false
  private(set) var address: [UInt8] = []
  /// Bytes that the memory budget counts for this connection.
  private var heldBytes = 0

  // The request under way.
  var request: ByteBuffer?
  var requestID = 0..<0
  var unidentified: Unidentified?
  var token: KnownToken?
  var pool: PoolRoute?
  /// The variant that serves it, where the model's requests are split.
  var servedBy: [UInt8]?
  /// Whom to ask when its pool cannot serve it, and how many of them have been asked.
  var variant: ModelTarget.Variant?
  var hopsTried = 0
  var tier = 0
  var ticket: Ticket?
  var tag = Tag(rawValue: 0)
  var grant: Grant?
  var upstream: UpstreamConnection?
  /// The last part of the answer, until the flush.
  private var pending: ByteBuffer?
  private var pendingIsOurs = false
  private var writer = SocketWriter()
  /// A WebSocket session, once the model server has agreed to it.
  var session: WebSocketSession?
  /// The request asks for a WebSocket session.
  var asksForSession = false
  /// How long the model server may stay silent, in nanoseconds.
  var silence: UInt64 = 0
  /// The client does not take what is there for it.
  var isStalled = false
  var keepsAlive = true
  var isCurrentVersion = true
  /// The request is a `HEAD`: no answer to it has a body.
  var answersHead = false
  var arrivedAt = MonotonicTime.zero
  var record = RequestRecord()
  var observed: ObservedRequest?
  var status = 0
  var answersStream = false
  var sawPayload = false

  init(_ loop: LoopState, carrier: Carrier? = nil, isAdmin: Bool = false) {
    self.loop = loop
    self.carrier = carrier
    self.isAdmin = isAdmin
  }

  func handlerAdded(context: ChannelHandlerContext) {
    channelContext = context
    if carrier == nil { writer = SocketWriter(plain: context.channel) }
    slot = loop.register(self)
    // The context of a stream knows no address.
    let peer = isStream ? context.channel.remoteAddress : context.remoteAddress
    address = Array((peer?.ipAddress ?? "unknown").utf8)
    loop.setIdleDeadline(slot: slot, DataPlaneContext.now)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    channelContext = nil
    releaseBody()
    if slot >= 0 { loop.unregister(slot: slot) }
    slot = -1
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    if phase == .closing { return }
    if let session { return session.readFromClient(buffer) }
    if var earlier = input {
      input = nil
      // A head that comes byte by byte is not read again for every byte: only when a line has ended, or when it has doubled.
      if phase == .reading, needed < 0, buffer.hasLineFeed || earlier.readableBytes >= -needed { needed = 0 }
      earlier.writeBuffer(&buffer)
      buffer = earlier
    }
    if phase == .reading {
      read(buffer)
    } else {
      input = buffer
      if buffer.readableBytes > Self.maximumPipelined { setPaused(true) }
    }
  }

  func channelInactive(context: ChannelHandlerContext) { clientGone() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    clientGone()
    context.close(promise: nil)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let isWritable = context.channel.isWritable
    upstream?.setPaused(!isWritable)
    guard phase == .relaying else { return }
    isStalled = !isWritable
    if isStalled {
      loop.setDeadline(slot: slot, DataPlaneContext.now, loop.context.configuration.clientStallTimeout)
    } else {
      loop.setDeadline(slot: slot, DataPlaneContext.now, nanoseconds: silence)
    }
  }

  func setPaused(_ paused: Bool) {
    guard paused != isPaused, let channel = channelContext?.channel else { return }
    isPaused = paused
    try? channel.syncOptions?.setOption(.autoRead, value: !paused)
  }

  // MARK: Reading a request

  private func read(_ buffer: ByteBuffer) {
    if chunked != nil { return readChunks(buffer) }
    var buffer = buffer
    if buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) == ByteClass.carriageReturn {
      guard buffer.readableBytes > 1 else { return hold(buffer, until: 2) }
      buffer.moveReaderIndex(forwardBy: HeadScanner.emptyLines(buffer.readableBytesUInt8Span))
    }
    guard needed >= 0, buffer.readableBytes >= max(needed, 1) else {
      if buffer.readableBytes > 0 { input = buffer }
      return
    }
    do {
      guard let head = try loop.scanner.scanRequest(buffer.readableBytesUInt8Span) else {
        return hold(buffer, until: -2 * buffer.readableBytes)
      }
      switch head.body {
      case .none: accept(buffer, head, body: head.length..<head.length)
      case .bytes(let count):
        let total = head.length + count
        guard buffer.readableBytes >= total else {
          guard holdBody(total) else { return refuse(.noMemory(serviceTime: loop.slowestServiceTime, closes: true)) }
          if head.expectsContinue { sendContinue() }
          buffer.reserveCapacity(minimumWritableBytes: total - buffer.readableBytes)
          return hold(buffer, until: total)
        }
        accept(buffer, head, body: head.length..<total)
      case .chunked, .untilClose:
        if head.expectsContinue, buffer.readableBytes == head.length { sendContinue() }
        var rest = buffer
        let bytes = rest.readSlice(length: head.length) ?? ByteBuffer()
        chunked = ChunkedRequest(head: bytes, limit: loop.context.configuration.limits.bodyBytes)
        startReadDeadline()
        readChunks(rest)
      }
    } catch {
      if error == .version, !isAdmin, becomeHTTP2(buffer) { return }
      refuse(.problem(error))
    }
  }

  private func readChunks(_ buffer: ByteBuffer) {
    do {
      guard let consumed = try chunked?.read(buffer) else { return }
      guard holdBody(chunked?.size ?? 0) else { return refuse(.noMemory(serviceTime: loop.slowestServiceTime, closes: true)) }
      guard let message = chunked?.message else { return }
      chunked = nil
      guard let head = try loop.scanner.scanRequest(message.readableBytesUInt8Span) else { return }
      var rest = buffer
      rest.moveReaderIndex(forwardBy: consumed)
      input = rest.readableBytes > 0 ? rest : nil
      answer(message, head, body: head.length..<message.readableBytes)
    } catch {
      refuse(.problem(error))
    }
  }

  private func hold(_ buffer: ByteBuffer, until total: Int) {
    input = buffer
    needed = total
    startReadDeadline()
  }

  private func startReadDeadline() {
    guard slot >= 0, !isReadingTimed else { return }
    isReadingTimed = true
    loop.setDeadline(slot: slot, DataPlaneContext.now, loop.context.configuration.requestReadTimeout)
  }

  /// Counts `bytes` as held for the present request; `false` when there is no room for them.
  private func holdBody(_ bytes: Int) -> Bool {
    guard bytes > heldBytes else { return true }
    guard loop.hold(bytes - heldBytes, ofRequest: bytes) else { return false }
    heldBytes = bytes
    return true
  }

  /// The request's bytes are not needed any more.
  func releaseBody() {
    guard heldBytes > 0 else { return }
    loop.release(heldBytes)
    heldBytes = 0
  }

  private func sendContinue() {
    guard !sentContinue else { return }
    sentContinue = true
    send(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
  }

  /// The message is complete; what follows it in `buffer` is the beginning of the next one.
  private func accept(_ buffer: ByteBuffer, _ head: RequestHead, body: Range<Int>) {
    if body.upperBound < buffer.readableBytes {
      var rest = buffer
      rest.moveReaderIndex(forwardBy: body.upperBound)
      input = rest
    }
    answer(buffer, head, body: body)
  }

  private func answer(_ message: ByteBuffer, _ head: RequestHead, body: Range<Int>) {
    needed = 0
    isReadingTimed = false
    sentContinue = false
    phase = .waiting
    keepsAlive = head.keepsAlive
    isCurrentVersion = head.isCurrentVersion
    answersHead = head.method == .head
    arrivedAt = DataPlaneContext.now
    loop.setDeadline(slot: slot, arrivedAt, nil)
    loop.metrics.busyConnections += 1
    record = RequestRecord(arrivedAt: arrivedAt, bytes: body.count)
    guard holdBody(message.readableBytes) else { return refuse(.noMemory(serviceTime: loop.slowestServiceTime, closes: false)) }
    handle(message, head, body: body)
  }

  // MARK: After an answer

  /// The request is over: the next one may begin.
  func becomeReady(_ now: MonotonicTime = DataPlaneContext.now) {
    loop.metrics.busyConnections -= 1
    request = nil
    token = nil
    releaseBody()
    pool = nil
    servedBy = nil
    variant = nil
    hopsTried = 0
    ticket = nil
    grant = nil
    upstream = nil
    sawPayload = false
    asksForSession = false
    answersHead = false
    isStalled = false
    guard let channelContext, phase != .closing else { return }
    guard keepsAlive, !loop.isClosing || input != nil else { return hangUp() }
    phase = .reading
    setPaused(false)
    guard input != nil else { return loop.setIdleDeadline(slot: slot, now) }
    // A pipelined request is read from the loop, so that a long row of them does not deepen the stack.
    channelContext.eventLoop.execute { [self] in
      guard phase == .reading, let next = input else { return }
      input = nil
      read(next)
    }
  }

  /// Ends the connection so that the client can still read what was sent: our side first, then the rest.
  func hangUp() {
    phase = .closing
    input = nil
    chunked = nil
    setPaused(false)
    guard let channelContext else { return }
    channelContext.close(mode: .output, promise: nil)
    // A stream is over when its answer has been taken; nothing of it lingers.
    let patience = isStream ? loop.context.configuration.clientIdleTimeout : Self.lingering
    loop.setDeadline(slot: slot, DataPlaneContext.now, patience)
  }

  func close() { channelContext?.close(promise: nil) }

  /// The process is being stopped.
  func closeIfIdle() {
    if phase == .reading, input == nil, chunked == nil, !isStream { close() }
  }

  /// Answers say that the connection ends, unless more requests have already come over it.
  var announcesEnd: Bool { loop.isDraining && input == nil }

  /// A part of the answer. It is kept until the next one or the flush: a small body is copied behind its head, and what is flushed at
  /// once is sent at once.
  /// - Parameter isOurs: The buffer is one of the loop's.
  func write(_ buffer: ByteBuffer, isOurs: Bool = false) {
    record.bytesOut &+= buffer.readableBytes
    if var earlier = pending {
      pending = nil
      if buffer.readableBytes <= earlier.writableBytes {
        earlier.writeImmutableBuffer(buffer)
        pending = earlier
        return
      }
      if let channelContext { writer.write(earlier, channelContext) }
    }
    pending = buffer
    pendingIsOurs = isOurs
  }

  /// Sends at once.
  func send(_ buffer: ByteBuffer) {
    if let channelContext { writer.writeAndFlush(buffer, channelContext) }
  }

  func flush() {
    guard let last = pending else { return channelContext?.flush() ?? () }
    pending = nil
    send(last)
    if pendingIsOurs { loop.recycle(last) }
  }
}

extension ByteBuffer {
  fileprivate var hasLineFeed: Bool { readableBytesView.contains(ByteClass.lineFeed) }
}
