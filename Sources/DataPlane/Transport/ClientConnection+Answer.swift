import NIOCore
import Scheduling

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// Relay ▶ Account.
extension ClientConnection {
  /// The head of an answer has arrived.
  /// - Returns: Whether the body must go without its chunk framing; `nil` when this answer is not wanted, because the request is
  ///   tried again elsewhere.
  func beginAnswer(_ head: ResponseHead, _ buffer: ByteBuffer, over connection: UpstreamConnection) -> Bool? {
    guard phase == .forwarding, channelContext != nil, let request, let pool else { return nil }
    if head.status >= 500, head.status != 501, head.status != 505, retriesElsewhere() { return nil }
    phase = .relaying
    status = head.status
    answersStream = head.isEventStream
    let removesChunking = head.body == .chunked && !isCurrentVersion
    if removesChunking || head.body == .untilClose || announcesEnd { keepsAlive = false }
    let rewriter = ResponseRewriter(
      head: head, requestID: requestID, tier: pool.tiers[tier].bytes, queueMilliseconds: Int((grant?.waited ?? 0) / 1_000_000),
      variant: servedBy,
      removesChunking: removesChunking, keepsAlive: keepsAlive, isCurrentVersion: isCurrentVersion)
    let body = buffer.readableBytes - head.length
    let room = body <= Self.copiedBody ? body : 0
    var out = loop.buffer(capacity: rewriter.capacity + room)
    out.writeWithUnsafeMutableBytes(minimumWritableBytes: rewriter.capacity) { memory in
      var writer = ByteWriter(memory)
      rewriter.write(buffer.readableBytesUInt8Span, loop.scanner, request: request.readableBytesUInt8Span, into: &writer)
      return writer.count
    }
    write(out, isOurs: true)
    record.bytesOut = 0
    // From here on no other server can be asked.
    loop.recycle(request)
    self.request = nil
    releaseBody()
    return removesChunking
  }

  /// Asks for another attempt after a failure that a server reported itself.
  private func retriesElsewhere() -> Bool {
    guard let ticket, let pool else { return false }
    var wakeups = Wakeups()
    let now = DataPlaneContext.now
    let admitted = pool.shell.retry(ticket, .failure(.status5xx), tag: tag, now: now, wakeups: &wakeups)
    defer { loop.deliver(wakeups) }
    if case .refused(let refusal) = admitted {
      // The scheduler has closed the account of this ticket.
      self.ticket = nil
      guard refusal.reason == .noBackend, fallBack(&wakeups) else { return false }
      if phase == .waiting { upstream = nil }
      return true
    }
    upstream = nil
    attemptEnded(.status5xx, now: now)
    switch admitted {
    case .granted(let grant): granted(grant, now: now)
    case .waiting(let ticket):
      self.ticket = ticket
      phase = .waiting
    case .refused: break
    }
    return true
  }

  /// The first part of the body has arrived.
  func firstPayload() {
    guard !sawPayload, let pool else { return }
    sawPayload = true
    // An answer that comes whole has no first token that anybody sees.
    guard answersStream else { return }
    let now = DataPlaneContext.now
    record.firstTokenAt = now
    if let ticket { pool.shell.firstToken(ticket, now: now) }
  }

  /// A part of the answer has arrived, and more is to come: the model server may be silent for as long again.
  func answerGoesOn() {
    if !isStalled { loop.setDeadline(slot: slot, DataPlaneContext.now, nanoseconds: silence) }
  }

  func answerCompleted(usage: TokenUsage?, estimatedOutputTokens: Int?, now: MonotonicTime) {
    upstream = nil
    flush()
    record.promptTokens = usage?.promptTokens
    record.outputTokens = usage?.outputTokens
    if let cached = usage?.cachedTokens, let pool { loop.metrics[pool.tiers[tier].series].cachedTokens &+= UInt64(cached) }
    record.estimatedOutputTokens = estimatedOutputTokens
    if status < 500 {
      account(.served, .success(outputTokens: record.knownOutputTokens, promptTokens: usage?.promptTokens), now: now)
    } else {
      account(.upstreamFailed, .failure(.status5xx), .upstream(.status5xx), now: now)
    }
    becomeReady(now)
  }

  /// The model server broke off in the middle of its answer: the client is told, never left with a part that looks like a whole.
  func answerBroke(canEndCleanly: Bool, kind: FailureKind = .reset) {
    upstream = nil
    if canEndCleanly { flush() }
    account(.broken, .failure(kind), .upstream(kind), now: DataPlaneContext.now)
    keepsAlive = false
    if canEndCleanly, isStream {
      writeBreak(.upstream(kind))
      loop.metrics.busyConnections -= 1
      reset()
    } else if canEndCleanly {
      let event = Array("data: ".utf8) + ProxyError.upstream(kind).body + Array("\n\n".utf8)
      var buffer = loop.allocator.buffer(capacity: event.count + 32)
      buffer.writeString(String(event.count, radix: 16) + "\r\n")
      buffer.writeBytes(event)
      buffer.writeString("\r\n0\r\n\r\n")
      send(buffer)
      becomeReady()
    } else {
      loop.metrics.busyConnections -= 1
      reset()
    }
  }

  /// Ends the connection in a way that no client takes for the end of an answer.
  func reset() {
    phase = .closing
    (channelContext?.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in }
    if carrier?.isSecure == true { closeWithoutGoodbye() } else { close() }
  }

  func clientGone() {
    guard phase != .closing, phase != .reading else {
      phase = .closing
      return
    }
    if phase == .waiting, ticket != nil { observed?.spans?.endedWaitingSince = record.waitingSince }
    phase = .closing
    if let session { return session.clientGone() }
    loop.metrics.busyConnections -= 1
    unidentified = nil
    upstream?.abandon()
    upstream = nil
    conclude(.clientGone)
    guard let pool else { return }
    if let ticket {
      self.ticket = nil
      loop.deliver(pool.shell.cancel(ticket, now: DataPlaneContext.now))
    }
  }

  func deadlinePassed(now: MonotonicTime) {
    if let session { return session.deadlinePassed() }
    switch phase {
    case .reading where input != nil || chunked != nil: refuse(.requestTimeout)
    case .reading, .closing: close()
    case .waiting: break
    case .forwarding:
      guard let connection = upstream else { return }
      connection.abandon()
      attemptFailed(.timeout, over: connection)
    case .relaying where isStalled:
      // The answer is there and the client does not take it: that is no failure of the model server.
      clientGone()
      reset()
    case .relaying:
      let canEndCleanly = upstream?.canEndCleanly == true
      upstream?.abandon()
      answerBroke(canEndCleanly: canEndCleanly, kind: .timeout)
    }
  }

  // MARK: Our own answers

  /// Answers with an error instead of a model server's answer.
  func refuse(_ error: ProxyError, outcome: LoopMetrics.Outcome = .refused) {
    if phase == .reading {
      // The message was not even complete.
      loop.metrics.busyConnections += 1
      phase = .waiting
      record = RequestRecord(arrivedAt: DataPlaneContext.now, bytes: 0)
    }
    if error.closes { keepsAlive = false }
    status = error.status
    let body = error.body
    record.bytesOut = body.count
    conclude(outcome, error)
    respond(error.status, body, retryAfter: error.retryAfter, challenge: error.challenge, fields: error.fields)
  }

  func respond(
    _ status: Int, _ body: [UInt8], contentType: StaticString = "application/json", retryAfter: Duration? = nil,
    challenge: String? = nil, fields: String? = nil, withoutBody: Bool = false
  ) {
    guard channelContext != nil else { return }
    var buffer = loop.allocator.buffer(capacity: body.count + 256)
    if announcesEnd { keepsAlive = false }
    buffer.writeString("HTTP/1.1 \(status) \(Status.reason(status))\r\n")
    if status != 204 { buffer.writeString("content-type: \(contentType)\r\ncontent-length: \(body.count)\r\n") }
    if let fields { buffer.writeString(fields) }
    if let retryAfter { buffer.writeString("retry-after: \(retryAfter.wholeSeconds)\r\n") }
    if let challenge { buffer.writeString("www-authenticate: \(challenge)\r\n") }
    if !keepsAlive { buffer.writeStaticString("connection: close\r\n") }
    buffer.writeStaticString("\r\n")
    if !withoutBody, !answersHead { buffer.writeBytes(body) }
    send(buffer)
    becomeReady()
  }
}

extension Duration {
  /// For `Retry-After`: rounded up, at least one.
  var wholeSeconds: Int { max(1, Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0)) }
}
