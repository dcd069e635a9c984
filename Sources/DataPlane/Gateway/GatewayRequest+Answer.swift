import NIOCore
import Scheduling

// What the gateway tells of the answer ▶ Account.
extension GatewayRequest {
  func answerBegan(status: Int, isEventStream: Bool, served: String?) {
    // An answer before its request was sent is the gateway's own: the request was given up.
    guard phase == .forwarded else { return phase == .waiting ? ended(isComplete: false) : () }
    phase = .answering
    self.status = status
    answersStream = isEventStream
    relay.start(
      ResponseHead(length: 0, status: status, statusText: 0..<0, body: .untilClose, keepsAlive: false, isEventStream: isEventStream),
      removesChunking: false)
    guard let served, served != endpoint, let pool, let ticket else { return }
    endpoint = served
    loop.deliver(pool.shell.moved(ticket, to: served, now: DataPlaneContext.now))
  }

  func answerPart(_ part: ByteBuffer) {
    guard phase == .answering else { return }
    record.bytesOut &+= part.readableBytes
    let isFirst = !relay.hasPayload
    // Bytes until the end of the connection cannot be malformed.
    _ = try? relay.read(part) { _ in }
    guard isFirst, relay.hasPayload, answersStream, let pool, let ticket else { return }
    let now = DataPlaneContext.now
    record.firstTokenAt = now
    pool.shell.firstToken(ticket, now: now)
  }

  func ended(isComplete: Bool) {
    let now = DataPlaneContext.now
    switch phase {
    case .new: phase = .over
    case .over: return
    case .waiting:
      if ticket != nil { observed?.spans?.endedWaitingSince = record.waitingSince }
      abandon(now)
    case .forwarded: abandon(now)
    case .answering: isComplete ? complete(now) : abandon(now)
    }
    leave()
  }

  /// The client has gone, from the queue or from the answer.
  private func abandon(_ now: MonotonicTime) {
    conclude(.clientGone, now: now)
    guard let pool, let ticket else { return }
    self.ticket = nil
    loop.deliver(pool.shell.cancel(ticket, now: now))
  }

  private func complete(_ now: MonotonicTime) {
    let usage = relay.usage
    record.promptTokens = usage?.promptTokens
    record.outputTokens = usage?.outputTokens
    record.estimatedOutputTokens = relay.hasPayload ? relay.estimatedOutputTokens : nil
    guard let pool, let ticket else { return }
    if let cached = usage?.cachedTokens { loop.metrics[pool.tiers[tier].series].cachedTokens &+= UInt64(cached) }
    self.ticket = nil
    let hasFailed = status >= 500
    let outcome: Outcome =
      hasFailed
      ? .failure(status == 504 ? .timeout : .status5xx)
      : .success(outputTokens: record.knownOutputTokens, promptTokens: usage?.promptTokens)
    conclude(hasFailed ? .upstreamFailed : .served, hasFailed ? .upstream(status == 504 ? .timeout : .status5xx) : nil, now: now)
    loop.deliver(pool.shell.finish(ticket, outcome, now: now))
  }

  /// Counts the request, once.
  func conclude(_ outcome: LoopMetrics.Outcome, _ error: ProxyError? = nil, now: MonotonicTime = DataPlaneContext.now) {
    loop.count(record, outcome, status: status, pool.map { ($0, tier) }, error, now: now)
    guard let observer = loop.observer else { return }
    let end = RequestEnd(
      at: now, outcome: outcome, status: status, error: error, pool: pool, tier: tier,
      clientAddress: Array(question.clientAddress.utf8), isSecure: false)
    observer.conclude(observed, end, record)
    observed = nil
    loop.wake(at: now.nanoseconds &+ LoopObserver.longestHeld)
  }
}
