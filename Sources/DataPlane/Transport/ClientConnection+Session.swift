import NIOCore
import Scheduling

// A request that becomes a WebSocket session: classified, admitted and forwarded like any other; it holds its slot until it ends.
extension ClientConnection {
  /// - Returns: Whether the request asks for a session; then it has been dealt with.
  func openSession(_ message: ByteBuffer, _ head: RequestHead) -> Bool {
    let bytes = message.readableBytesUInt8Span
    guard WebSocketHandshake.isAsked(loop.scanner.lines, in: bytes), Route.isAPI(head.target, bytes) else { return false }
    if let observer = loop.observer { observed = observer.begin(head, loop.scanner.lines, bytes) }
    guard let table = loop.table else {
      refuse(.noPolicy)
      return true
    }
    do throws(ProxyError) {
      let handshake = try WebSocketHandshake(head, loop.scanner.lines, bytes, known: table.listedModels)
      observed?.text.setModel(handshake.model.span, 0..<handshake.model.count, hasEscapes: false)
      guard let target = table.target(named: 0..<handshake.model.count, in: handshake.model.span) else {
        throw ProxyError.modelNotFound(String(decoding: handshake.model.prefix(200), as: UTF8.self), known: table.listedModels)
      }
      if try !isIdentified(handshake, table) { return true }
      asksForSession = true
      try admit(handshake, table, target.isSplit ? target.variant(for: loop.makeRequestID()) : target.variants[0])
    } catch {
      refuse(error)
    }
    return true
  }

  /// - Returns: `false` when a token must be verified first; then the request comes again, its key where others have theirs.
  private func isIdentified(_ handshake: WebSocketHandshake, _ table: RoutingTable) throws(ProxyError) -> Bool {
    guard table.classifier.verifiesTokens else { return true }
    let message = ByteBuffer(bytes: handshake.request(model: handshake.model))
    do throws(HTTPProblem) {
      guard let head = try loop.scanner.scanRequest(message.readableBytesUInt8Span) else { throw .requestLine }
      return isIdentified(message, head.length..<head.length, table)
    } catch {
      throw .problem(error)
    }
  }

  /// Asks the pool's scheduler, and those of its fallbacks when no backend can serve.
  private func admit(_ handshake: WebSocketHandshake, _ table: RoutingTable, _ variant: ModelTarget.Variant) throws(ProxyError) {
    var wakeups = Wakeups()
    defer { loop.deliver(wakeups) }
    var refusal: Refusal?
    for hop in variant.hops {
      let pool = hop.pool
      try write(handshake, to: hop, table)
      let arrival = Arrival(tier: tier, tenant: record.tenant, tag: tag.rawValue)
      let admitted = pool.shell.submit(
        arrival, tierName: pool.tiers[tier].name, generation: pool.generation, now: arrivedAt, wakeups: &wakeups)
      if case .refused(let reason) = admitted, reason.reason == .noBackend {
        refusal = refusal ?? reason
        continue
      }
      return settle(admitted, now: arrivedAt)
    }
    if let refusal { refused(refusal) }
  }

  private func write(_ handshake: WebSocketHandshake, to hop: ModelTarget.Hop, _ table: RoutingTable) throws(ProxyError) {
    let pool = hop.pool
    let message = handshake.request(model: hop.servedModel)
    do {
      guard let head = try loop.scanner.scanRequest(message.span) else { throw HTTPProblem.requestLine }
      let caller = table.classifier.identify(
        loop.scanner.lines, in: message.span, pool: pool, carrier: carrier, token: token, digests: &loop.digests)
      guard !caller.isRefused else { throw ProxyError.token(token?.finding ?? .busy) }
      var rewriter = RequestRewriter(
        head: head, body: head.length..<head.length, edits: BodyEdits(), removesAuthorization: caller.usedAuthorization,
        clientAddress: address, requestID: loop.makeRequestID(), isSecure: carrier?.isSecure == true, traceParent: observed?.outgoing,
        passesTraceState: observed?.passesState ?? true)
      rewriter.opensSession = true
      write(rewriter, message.span, table.classifier)
      self.pool = pool
      observed?.hop = hop
      tier = caller.tier
      record.tenant = caller.tenant
      tag = loop.makeTag(slot: slot)
    } catch let problem as HTTPProblem {
      throw .problem(problem)
    } catch let refusal as ProxyError {
      throw refusal
    } catch {
      throw .problem(.requestLine)
    }
  }

  /// The model server has agreed.
  /// - Returns: Whether its answer is a valid one.
  func beginSession(_ head: ResponseHead, _ buffer: ByteBuffer, over connection: UpstreamConnection) -> Bool {
    guard phase == .forwarding, asksForSession, let request, let pool, let ticket else { return false }
    let bytes = buffer.readableBytesUInt8Span
    // An extension that nobody offered would change what frames mean.
    let isValid =
      WebSocketHandshake.isAsked(loop.scanner.lines, in: bytes)
      && !loop.scanner.lines.contains { bytes.matches("sec-websocket-extensions", at: $0.name) }
    guard isValid else { return false }
    phase = .relaying
    status = head.status
    var rewriter = ResponseRewriter(
      head: head, requestID: requestID, tier: pool.tiers[tier].bytes, queueMilliseconds: Int((grant?.waited ?? 0) / 1_000_000),
      removesChunking: false, keepsAlive: true, isCurrentVersion: true)
    rewriter.opensSession = true
    var out = ByteBuffer()
    out.writeWithUnsafeMutableBytes(minimumWritableBytes: rewriter.capacity) { memory in
      var writer = ByteWriter(memory)
      rewriter.write(bytes, loop.scanner, request: request.readableBytesUInt8Span, into: &writer)
      return writer.count
    }
    write(out)
    flush()
    record.bytesOut = 0
    record.asksForStream = true
    self.request = nil
    releaseBody()
    let now = DataPlaneContext.now
    loop.deliver(pool.shell.opened(ticket, now: now))
    loop.setIdleDeadline(slot: slot, now)
    let session = WebSocketSession(self, connection, series: pool.tiers[tier].series)
    self.session = session
    if let early = input {
      input = nil
      setPaused(false)
      session.readFromClient(early)
    }
    return true
  }

  func sessionEnded(_ outcome: LoopMetrics.Outcome, messagesIn: UInt64, messagesOut: UInt64) {
    session = nil
    upstream = nil
    keepsAlive = false
    flush()
    if let pool {
      let now = DataPlaneContext.now
      loop.metrics[pool.tiers[tier].series].answers.add(LoopMetrics.Answer(status: status, outcome: outcome))
      record.estimatedPromptTokens = Int(messagesIn)
      record.estimatedOutputTokens = Int(messagesOut)
      observeEnd(outcome, nil, now: now)
      status = 0
      if let ticket {
        self.ticket = nil
        // What a session took is charged to its tier and tenant; a model server sends about one token in a message.
        let result: Outcome =
          outcome == .broken ? .failure(.reset) : .success(outputTokens: Int(messagesOut), promptTokens: Int(messagesIn))
        loop.deliver(pool.shell.finish(ticket, result, now: now))
      }
    }
    becomeReady()
  }
}
