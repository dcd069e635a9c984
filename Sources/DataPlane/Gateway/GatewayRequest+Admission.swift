import NIOCore
import Scheduling

// Classify ▶ Admit: the same steps by the same parts as for a client of our own.
extension GatewayRequest {
  func handle() throws(ProxyError) {
    let message = message
    let bytes = message.readableBytesUInt8Span
    let head: RequestHead
    do throws(HTTPProblem) {
      guard let scanned = try loop.scanner.scanRequest(bytes) else { throw .requestLine }
      head = scanned
    } catch {
      throw .problem(error)
    }
    let route = Route(head, in: bytes)
    guard route == .inference else { return try answerOwn(route, bytes) }
    if let observer = loop.observer, observed == nil { observed = observer.begin(head, loop.scanner.lines, bytes) }
    guard let table = loop.table else { throw .noPolicy }
    guard try isIdentified(table) else { return }
    let body = head.length..<message.readableBytes
    let (fields, name) = try readModel(head, body, table)
    let model = ModelRequest(message: message, head: head, body: body, model: name, fields: fields)
    record.asksForStream = fields.streams
    record.maximumOutputTokens = fields.maximumOutputTokens ?? 0
    record.estimatedPromptTokens = body.isEmpty ? 0 : model.estimatedPromptTokens
    self.model = model
    try admit(model, table, try target(model, table))
  }

  private func isIdentified(_ table: RoutingTable) throws(ProxyError) -> Bool {
    guard table.classifier.verifiesTokens, let desk = loop.context.tokens else { return true }
    let message = message
    let lookup = loop.lookUpToken(message.readableBytesUInt8Span, table.classifier, desk, verified: token, now: arrivedAt) { makeTag() }
    switch lookup {
    case .absent: return true
    case .known(let known):
      token = known
      return true
    case .repeated: throw .repeatedAuthorization
    case .asked: return false
    }
  }

  func identified(_ known: KnownToken) {
    guard phase == .waiting, ticket == nil else { return }
    token = known
    arrivedAt = DataPlaneContext.now
    do { try handle() } catch { refuse(error) }
  }

  // MARK: Which model

  /// - Returns: What the body says, and where the model's name stands in the message; empty where nobody names one.
  private func readModel(
    _ head: RequestHead, _ body: Range<Int>, _ table: RoutingTable
  ) throws(ProxyError) -> (RequestFields, Range<Int>) {
    let message = message
    let bytes = message.readableBytesUInt8Span
    guard !body.isEmpty else {
      let header = Array(settings.modelHeader.utf8)
      var name = head.length..<head.length
      for line in loop.scanner.lines where bytes.matches(header, at: line.name) { name = line.value }
      observed?.text.setModel(bytes, name, hasEscapes: false)
      return (RequestFields(), name)
    }
    let fields = try RequestFields.read(bytes, body: body, lines: loop.scanner.lines)
    guard let range = fields.model else { throw .modelMissing(known: table.listedModels) }
    let name = range.lowerBound + body.lowerBound..<range.upperBound + body.lowerBound
    observed?.text.setModel(bytes, name, hasEscapes: fields.modelHasEscapes)
    return (fields, name)
  }

  private func target(_ model: ModelRequest, _ table: RoutingTable) throws(ProxyError) -> ModelTarget {
    let bytes = model.message.readableBytesUInt8Span
    if model.model.isEmpty {
      // One pool, or one that is meant by default: no name is needed.
      let only = settings.pool ?? (table.pools.count == 1 ? table.pools[0].name : nil)
      guard let target = only.map({ table.poolTargets[$0] }) ?? table.defaultTarget else {
        throw only == nil ? .modelHeaderMissing(settings.modelHeader, known: table.listedModels) : .noPolicy
      }
      return target
    }
    let name = model.fields.modelHasEscapes ? JSONText.unescaped(bytes, model.model) ?? [] : bytes.copy(model.model)
    let target = table.target(named: 0..<name.count, in: name.span)
    let leadsElsewhere = settings.pool.map { pool in target?.variants.contains { $0.hops[0].pool.name == pool } == false } ?? false
    guard let target, !leadsElsewhere else {
      throw .modelNotFound(String(decoding: name.prefix(200), as: UTF8.self), known: table.listedModels)
    }
    return target
  }

  // MARK: Admission

  private func admit(_ model: ModelRequest, _ table: RoutingTable, _ target: ModelTarget) throws(ProxyError) {
    let caller = identify(for: target.variants[0].hops[0].pool, table)
    if caller.isRefused { throw .token(token?.finding ?? .busy) }
    if caller.claimIsUnknown { loop.metrics.tokens.withoutTier += 1 }
    noteRemovedHeaders(caller, table.classifier)
    let key = target.sticky == .tenant && caller.tenant != 0 ? caller.tenant : model.userKey(target.sticky) ?? loop.makeRequestID()
    let variant = target.isSplit ? target.variant(for: key) : target.variants[0]
    if target.isCounted { loop.metrics.countVariant(variant.counter) }
    self.variant = variant
    isSplit = target.isSplit
    var wakeups = Wakeups()
    let refusal = submit(to: caller.tier, tenant: caller.tenant, &wakeups)
    loop.deliver(wakeups)
    if let refusal { refused(refusal) }
  }

  private func identify(for pool: PoolRoute, _ table: RoutingTable) -> Classifier.Caller {
    let message = message
    return table.classifier.identify(
      loop.scanner.lines, in: message.readableBytesUInt8Span, pool: pool, carrier: carrier, token: token, digests: &loop.digests)
  }

  private func noteRemovedHeaders(_ caller: Classifier.Caller, _ classifier: Classifier) {
    let message = message
    let bytes = message.readableBytesUInt8Span
    removedHeaders = []
    for line in loop.scanner.lines {
      let isRemoved = line.kind == .authorization ? caller.usedAuthorization : classifier.removes(line, in: bytes)
      if isRemoved { removedHeaders.append(bytes.text(line.name)) }
    }
  }

  /// Asks the pools that are left of the chain, until one takes the request or refuses it for another reason than having no server.
  /// - Parameter tier: In the pool that is asked first.
  private func submit(to tier: Int, tenant: UInt64, _ wakeups: inout Wakeups) -> Refusal? {
    guard let variant, let model else { return nil }
    var refusal: Refusal?
    let tierName = (hop ?? variant.hops[0]).pool.tiers[hop == nil ? tier : self.tier].name
    while hopsTried < variant.hops.count {
      let hop = variant.hops[hopsTried]
      hopsTried += 1
      // What the gateway keeps to itself cannot be changed: the other servers must know the model by the same name.
      if model.body.isEmpty, hop.servedModel != variant.hops[0].servedModel { continue }
      let pool = hop.pool
      self.hop = hop
      observed?.hop = hop
      self.pool = pool
      self.tier = pool.tier(named: tierName) ?? pool.defaultTier
      record.tenant = tenant
      if let subset = question.subset, !pool.shell.serves(pool.tiers[self.tier].name, within: subset, now: arrivedAt) {
        refusal = refusal ?? Refusal(reason: .noBackend, retryAfter: .zero)
        continue
      }
      let caller = Classifier.Caller(tier: self.tier, tenant: tenant, usedAuthorization: false)
      let admitted = pool.shell.submit(
        model.arrival(caller, pool, makeTag()), tierName: pool.tiers[self.tier].name, generation: pool.generation,
        now: max(arrivedAt, record.waitingSince), wakeups: &wakeups)
      if case .refused(let reason) = admitted, reason.reason == .noBackend {
        refusal = refusal ?? reason
        continue
      }
      settle(admitted)
      return nil
    }
    return refusal ?? Refusal(reason: .noBackend, retryAfter: .zero)
  }

  private func settle(_ admitted: SchedulerShell.Admitted) {
    switch admitted {
    case .granted(let grant): granted(grant, now: arrivedAt)
    case .waiting(let ticket): self.ticket = ticket
    case .refused(let refusal): refused(refusal)
    }
  }

  private func refused(_ refusal: Refusal) {
    ticket = nil
    refuse(.refusal(refusal, tier: pool?.tiers[tier].name ?? ""))
  }

  func evicted(_ refusal: Refusal) {
    guard phase == .waiting else { return }
    observed?.spans?.endedWaitingSince = record.waitingSince
    ticket = nil
    var left: Refusal? = refusal
    if refusal.reason == .noBackend, let variant, hopsTried < variant.hops.count {
      var wakeups = Wakeups()
      record.waitingSince = DataPlaneContext.now
      left = submit(to: tier, tenant: record.tenant, &wakeups)
      loop.deliver(wakeups)
    }
    if left != nil { refused(refusal) }
  }
}

extension ModelRequest {
  /// By what a request sticks to its variant, where its caller is nobody we know.
  fileprivate func userKey(_ sticky: ModelRoute.Stickiness) -> UInt64? { sticky == .tenant ? userKey : nil }
}

extension ProxyError {
  fileprivate static func modelHeaderMissing(_ header: String, known: [String]) -> ProxyError {
    .invalid(
      "The gateway did not send the body, and several models are served: name one of \(known.joined(separator: ", ")) in \(header).",
      code: "model_missing", parameter: "model")
  }
}
