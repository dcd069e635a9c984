import NIOCore
import Scheduling

// Classify ▶ Admit ▶ Forward.
extension ClientConnection {
  func handle(_ message: ByteBuffer, _ head: RequestHead, body: Range<Int>) {
    let bytes = message.readableBytesUInt8Span
    let route = Route(head, in: bytes)
    guard route == .inference, !isAdmin else {
      if head.method == .get, !isAdmin, loop.context.configuration.takesRequests, openSession(message, head) { return }
      return answerOwn(route, head, bytes)
    }
    guard loop.context.configuration.takesRequests else { return refuse(.notTaken) }
    if let observer = loop.observer { observed = observer.begin(head, loop.scanner.lines, bytes) }
    guard let table = loop.table else { return refuse(.noPolicy) }
    if table.classifier.verifiesTokens, !isIdentified(message, body, table) { return }
    do {
      let fields = try readFields(message, body: body)
      guard let range = fields.model else { return refuse(.modelMissing(known: table.listedModels)) }
      let name = range.lowerBound + body.lowerBound..<range.upperBound + body.lowerBound
      observed?.text.setModel(bytes, name, hasEscapes: fields.modelHasEscapes)
      guard let target = target(of: name, fields, bytes, table) else {
        let name = JSONText.unescaped(bytes, name) ?? bytes.copy(name)
        return refuse(.modelNotFound(String(decoding: name.prefix(200), as: UTF8.self), known: table.listedModels))
      }
      admit(ModelRequest(message: message, head: head, body: body, model: name, fields: fields), table, target)
    } catch {
      refuse(error)
    }
  }

  private func target(of name: Range<Int>, _ fields: RequestFields, _ bytes: Span<UInt8>, _ table: RoutingTable) -> ModelTarget? {
    guard fields.modelHasEscapes else { return table.target(named: name, in: bytes) }
    guard let name = JSONText.unescaped(bytes, name) else { return nil }
    return table.target(named: 0..<name.count, in: name.span)
  }

  /// Asks the pool's scheduler, and those of the other variants and the fallbacks when no backend can serve.
  private func admit(_ model: ModelRequest, _ table: RoutingTable, _ target: ModelTarget) {
    let bytes = model.message.readableBytesUInt8Span
    var wakeups = Wakeups()
    var refusal: (reason: Refusal, tier: Int)?
    record.asksForStream = model.fields.streams
    record.maximumOutputTokens = model.fields.maximumOutputTokens ?? 0
    record.estimatedPromptTokens = model.estimatedPromptTokens
    var known = target.variants[0].hops[0].pool
    var caller = table.classifier.identify(
      loop.scanner.lines, in: bytes, pool: known, carrier: carrier, token: token, digests: &loop.digests)
    if caller.isRefused { return refuse(.token(token?.finding ?? .busy)) }
    if caller.claimIsUnknown { loop.metrics.tokens.withoutTier += 1 }
    let variant = target.isSplit ? target.variant(for: key(model, target, caller)) : target.variants[0]
    if target.isCounted { loop.metrics.countVariant(variant.counter) }
    self.variant = variant
    for hop in variant.hops {
      hopsTried += 1
      let pool = hop.pool
      if pool !== known {
        known = pool
        caller = table.classifier.identify(
          loop.scanner.lines, in: bytes, pool: pool, carrier: carrier, token: token, digests: &loop.digests)
        // The tier that a header named does not exist there, and the token is not believed.
        if caller.isRefused { break }
      }
      let rewriter = RequestRewriter(
        head: model.head, body: model.body, edits: model.edits(for: hop, tier: caller.tier),
        removesAuthorization: caller.usedAuthorization, clientAddress: address, requestID: loop.makeRequestID(),
        isSecure: carrier?.isSecure == true, traceParent: observed?.outgoing, passesTraceState: observed?.passesState ?? true)
      write(rewriter, bytes, table.classifier)
      self.pool = pool
      tier = caller.tier
      record.tenant = caller.tenant
      observed?.hop = hop
      tag = loop.makeTag(slot: slot)
      let admitted = pool.shell.submit(
        model.arrival(caller, pool, tag), tierName: pool.tiers[caller.tier].name, generation: pool.generation, now: arrivedAt,
        wakeups: &wakeups)
      if case .refused(let reason) = admitted, reason.reason == .noBackend {
        refusal = refusal ?? (reason, caller.tier)
        continue
      }
      servedBy = target.isSplit ? hop.label : nil
      settle(admitted, now: arrivedAt)
      return loop.deliver(wakeups)
    }
    if let refusal {
      self.pool = variant.hops[0].pool
      tier = refusal.tier
      refused(refusal.reason)
    } else {
      refuse(.token(token?.finding ?? .busy))
    }
    loop.deliver(wakeups)
  }

  /// What a variant is chosen by.
  private func key(_ model: ModelRequest, _ target: ModelTarget, _ caller: Classifier.Caller) -> UInt64 {
    guard target.sticky == .tenant else { return loop.makeRequestID() }
    return caller.tenant != 0 ? caller.tenant : model.userKey ?? loop.makeRequestID()
  }

  func write(_ rewriter: RequestRewriter, _ bytes: Span<UInt8>, _ classifier: Classifier) {
    var buffer = loop.buffer(capacity: rewriter.capacity)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: rewriter.capacity) { memory in
      var writer = ByteWriter(memory)
      requestID = rewriter.write(bytes, loop.scanner, classifier, into: &writer)
      return writer.count
    }
    request = buffer
    observed?.text.setRequestID(buffer.readableBytesUInt8Span, requestID)
  }

  func settle(_ admitted: SchedulerShell.Admitted, now: MonotonicTime) {
    switch admitted {
    case .granted(let grant): granted(grant, now: now)
    case .waiting(let ticket):
      self.ticket = ticket
      phase = .waiting
    case .refused(let refusal): refused(refusal)
    }
  }

  func refused(_ refusal: Refusal) {
    ticket = nil
    refuse(.refusal(refusal, tier: pool?.tiers[tier].name ?? ""))
  }

  func evicted(_ refusal: Refusal) {
    guard phase == .waiting else { return }
    observed?.spans?.endedWaitingSince = record.waitingSince
    ticket = nil
    var wakeups = Wakeups()
    if refusal.reason == .noBackend, fallBack(&wakeups) { return loop.deliver(wakeups) }
    refused(refusal)
    loop.deliver(wakeups)
  }

  func granted(_ grant: Grant, now: MonotonicTime) {
    self.grant = grant
    ticket = grant.ticket
    phase = .forwarding
    record.dispatched(to: grant.endpoint, now: now)
    if observed?.spans != nil { traceDispatch() }
    silence = min(max(grant.timeout ?? .max, loop.shortestSilence), loop.longestSilence)
    loop.setDeadline(slot: slot, now, nanoseconds: silence)
    upstream = loop.lease(grant.endpoint, for: self)
  }

  /// No byte of an answer has gone to the client: somebody else may be asked.
  func attemptFailed(_ kind: FailureKind, over connection: UpstreamConnection) {
    guard phase == .forwarding, let grant, let pool, let ticket else { return }
    upstream = nil
    if kind == .reset, connection.served > 0, !connection.hasAnswered {
      // The server closed the connection while it was idle: that says nothing about the server.
      upstream = loop.lease(grant.endpoint, for: self, fresh: true)
      return
    }
    var wakeups = Wakeups()
    let now = DataPlaneContext.now
    let admitted = pool.shell.retry(ticket, .failure(kind), tag: tag, now: now, wakeups: &wakeups)
    if case .refused = admitted {
      self.ticket = nil
      // The pool has no server left, or has failed this request as often as it may: the next pool is its last chance.
      if !fallBack(&wakeups) { refuse(.upstream(kind), outcome: .upstreamFailed) }
    } else {
      attemptEnded(kind, now: now)
      settle(admitted, now: now)
    }
    loop.deliver(wakeups)
  }
}
