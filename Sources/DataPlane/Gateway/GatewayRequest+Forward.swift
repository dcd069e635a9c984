import NIOCore
import Scheduling

// It is the request's turn.
extension GatewayRequest {
  func granted(_ grant: Grant, now: MonotonicTime) {
    guard phase == .waiting, let pool, let model, let hop else { return }
    ticket = grant.ticket
    guard let place = pool.shell.places(grant, within: question.subset, limit: settings.alternatives, now: now) else {
      // None of the endpoints that the gateway may use is left.
      self.ticket = nil
      loop.deliver(pool.shell.cancel(grant.ticket, now: now))
      return refuse(.refusal(Refusal(reason: .noBackend, retryAfter: .zero), tier: pool.tiers[tier].name))
    }
    loop.deliver(place.wakeups)
    endpoint = place.endpoints[0]
    record.dispatched(to: place.number, now: now)
    loop.observer?.dispatched(observed, record)
    var headers: [(name: String, value: String)] = []
    if let context = observed?.outgoing { headers.append(("traceparent", context.text)) }
    var answerHeaders = [("x-podium-tier", pool.tiers[tier].name), ("x-podium-queue-time-ms", "\(record.waited / 1_000_000)")]
    if isSplit { answerHeaders.append(("x-podium-variant", String(decoding: hop.label, as: UTF8.self))) }
    let body = body(model, hop)
    releaseBody()
    forward(
      GatewayForward(
        endpoints: place.endpoints, removedHeaders: removedHeaders, headers: headers, answerHeaders: answerHeaders, body: body))
  }

  /// The body as the servers of the pool read it; `nil` where the gateway has kept it.
  private func body(_ model: ModelRequest, _ hop: ModelTarget.Hop) -> ByteBuffer? {
    guard !model.body.isEmpty else { return nil }
    let edits = model.edits(for: hop, tier: tier)
    guard edits.changesAnything else { return model.message.getSlice(at: model.body.lowerBound, length: model.body.count) }
    let size = model.body.count + edits.growth
    var buffer = loop.allocator.buffer(capacity: size)
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { memory in
      var writer = ByteWriter(memory)
      edits.write(model.message.readableBytesUInt8Span, model.body, into: &writer)
      return writer.count
    }
    return buffer
  }
}

extension SchedulerShell {
  /// Where a granted request goes.
  struct Places {
    /// `address:port`, the one that it is bound to first.
    var endpoints: [String]
    /// The number of the first one's address.
    var number: Int
    var wakeups: Wakeups
  }

  /// - Parameters:
  ///   - subset: The endpoints that may be used; a request that was bound elsewhere takes a place at the best of them.
  ///   - limit: How many alternatives are named.
  /// - Returns: `nil` when none of the subset can serve.
  func places(_ grant: Grant, within subset: Set<String>?, limit: Int, now: MonotonicTime) -> Places? {
    var wakeups = Wakeups()
    var found: [Backend] = []
    wakeups.formUnion(
      change(now) { scheduler in
        func isAllowed(_ backend: Backend) -> Bool { subset?.contains(backend.endpoint) ?? true }
        var bound = scheduler.backend(at: grant.backend)
        if let elsewhere = bound, !isAllowed(elsewhere) { bound = nil }
        var others = scheduler.alternatives(for: grant.ticket, limit: limit + 1, now: now, allowed: isAllowed)
        if bound == nil, !others.isEmpty {
          let index = others.removeFirst()
          scheduler.move(grant.ticket, to: index, now: now)
          bound = scheduler.backend(at: index)
        }
        guard let bound else { return }
        found = [bound] + others.prefix(limit).compactMap { scheduler.backend(at: $0) }
      })
    guard let first = found.first else { return nil }
    return Places(endpoints: found.map(\.endpoint), number: number(of: first) ?? grant.endpoint, wakeups: wakeups)
  }

  /// Whether any of the endpoints could serve the tier now.
  func serves(_ tier: String, within subset: Set<String>, now: MonotonicTime) -> Bool {
    read { scheduler in
      guard let tier = scheduler.tierIndex(named: tier) else { return false }
      return scheduler.serves(tier: tier, now: now) { subset.contains($0.endpoint) }
    }
  }

  /// The request runs at `endpoint`, because the gateway could not reach those named before it.
  func moved(_ ticket: Ticket, to endpoint: String, now: MonotonicTime) -> Wakeups {
    change(now) { scheduler in
      guard let backend = scheduler.serviceIndex(where: { $0.endpoint == endpoint }) else { return }
      scheduler.move(ticket, to: backend, failure: .connect, now: now)
    }
  }
}

extension Backend {
  /// As gateways write it.
  var endpoint: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
