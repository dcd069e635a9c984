import NIOCore
import Scheduling

// Classify ▶ Admit ▶ Forward.
extension ClientConnection {
  func handle(_ message: ByteBuffer, _ head: RequestHead, body: Range<Int>) {
    let bytes = message.readableBytesUInt8Span
    let route = Route(head, in: bytes)
    guard route == .inference else { return answerOwn(route, head, bytes) }
    guard let table = loop.table else { return refuse(.noPolicy) }
    do {
      let fields = try JSONFieldScanner.scan(bytes.extracting(body))
      guard let range = fields.model else { return refuse(.modelMissing(known: table.listedModels)) }
      let literal = range.lowerBound + body.lowerBound..<range.upperBound + body.lowerBound
      guard let number = pool(of: literal, fields, bytes, table) else {
        let name = JSONText.unescaped(bytes, literal) ?? bytes.copy(literal)
        return refuse(.modelNotFound(String(decoding: name.prefix(200), as: UTF8.self), known: table.listedModels))
      }
      admit(message, head, body, literal, fields, table, number)
    } catch {
      refuse(.fault(error))
    }
  }

  private func pool(of literal: Range<Int>, _ fields: RequestFields, _ bytes: Span<UInt8>, _ table: RoutingTable) -> Int? {
    guard fields.modelHasEscapes else { return table.pool(named: literal, in: bytes) }
    guard let name = JSONText.unescaped(bytes, literal) else { return nil }
    return table.pool(named: 0..<name.count, in: name.span)
  }

  /// Asks the pool's scheduler, and those of its fallbacks when no backend can serve.
  private func admit(
    _ message: ByteBuffer, _ head: RequestHead, _ body: Range<Int>, _ literal: Range<Int>, _ fields: RequestFields, _ table: RoutingTable,
    _ number: Int
  ) {
    let bytes = message.readableBytesUInt8Span
    let primary = table.pools[number]
    var wakeups = Wakeups()
    var refusal: (reason: Refusal, tier: Int)?
    record.asksForStream = fields.streams
    record.maximumOutputTokens = fields.maximumOutputTokens ?? 0
    record.estimatedPromptTokens = RequestFields.estimatedPromptTokens(bytes: body.count)
    for pool in CollectionOfOne(primary) + primary.fallbacks.map({ table.pools[$0] }) {
      let caller = table.classifier.identify(loop.scanner.lines, in: bytes, pool: pool, carrier: carrier)
      let isServedName = !fields.modelHasEscapes && bytes.matches(exactly: pool.servedModel, at: literal)
      let rewriter = RequestRewriter(
        head: head, body: body,
        model: isServedName ? nil : (literal.lowerBound - 1..<literal.upperBound + 1, pool.servedModelLiteral),
        removesAuthorization: caller.usedAuthorization, clientAddress: address, requestID: loop.makeRequestID(),
        isSecure: carrier?.isSecure == true)
      write(rewriter, bytes, table.classifier)
      self.pool = pool
      tier = caller.tier
      record.tenant = caller.tenant
      tag = loop.makeTag(slot: slot)
      let arrival = Arrival(
        tier: caller.tier, tenant: caller.tenant, promptTokens: record.estimatedPromptTokens,
        outputTokens: fields.maximumOutputTokens ?? 0, tag: tag.rawValue)
      let admitted = pool.shell.submit(
        arrival, tierName: pool.tiers[caller.tier].name, generation: pool.generation, now: arrivedAt, wakeups: &wakeups)
      if case .refused(let reason) = admitted, reason.reason == .noBackend {
        refusal = refusal ?? (reason, caller.tier)
        continue
      }
      settle(admitted)
      return loop.deliver(wakeups)
    }
    self.pool = primary
    if let refusal {
      tier = refusal.tier
      refused(refusal.reason)
    }
    loop.deliver(wakeups)
  }

  private func write(_ rewriter: RequestRewriter, _ bytes: Span<UInt8>, _ classifier: Classifier) {
    guard let channelContext else { return }
    var buffer = channelContext.channel.allocator.buffer(capacity: rewriter.capacity)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: rewriter.capacity) { memory in
      var writer = ByteWriter(memory)
      requestID = rewriter.write(bytes, loop.scanner, classifier, into: &writer)
      return writer.count
    }
    request = buffer
  }

  private func settle(_ admitted: SchedulerShell.Admitted) {
    switch admitted {
    case .granted(let grant): granted(grant)
    case .waiting(let ticket):
      self.ticket = ticket
      phase = .waiting
    case .refused(let refusal): refused(refusal)
    }
  }

  private func refused(_ refusal: Refusal) {
    ticket = nil
    refuse(.refusal(refusal, tier: pool?.tiers[tier].name ?? ""))
  }

  func evicted(_ refusal: Refusal) {
    guard phase == .waiting else { return }
    refused(refusal)
  }

  /// How long the model server may stay silent.
  var patience: Duration {
    let configuration = loop.context.configuration
    guard let timeout = grant?.timeout else { return configuration.longestSilence }
    return min(max(timeout, configuration.shortestSilence), configuration.longestSilence)
  }

  func granted(_ grant: Grant) {
    self.grant = grant
    ticket = grant.ticket
    phase = .forwarding
    let now = DataPlaneContext.now
    record.dispatched(to: grant.endpoint, now: now)
    loop.setDeadline(slot: slot, now, patience)
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
      refuse(.upstream(kind), outcome: .upstreamFailed)
    } else {
      attemptEnded(kind, now: now)
      settle(admitted)
    }
    loop.deliver(wakeups)
  }
}

extension Span<UInt8> {
  @inline(__always) fileprivate func matches(exactly text: [UInt8], at range: Range<Int>) -> Bool {
    guard range.count == text.count else { return false }
    for index in 0..<text.count where self[range.lowerBound &+ index] != text[index] { return false }
    return true
  }
}
