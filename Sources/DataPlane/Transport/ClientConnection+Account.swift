import NIOCore
import Scheduling

// Account: every request ends in `conclude`, once.
extension ClientConnection {
  /// The attempt of a request that a model server had is over.
  func account(_ outcome: LoopMetrics.Outcome, _ result: Outcome, _ error: ProxyError? = nil, now: MonotonicTime) {
    conclude(outcome, error, now: now)
    guard let pool, let ticket else { return }
    self.ticket = nil
    loop.deliver(pool.shell.finish(ticket, result, now: now))
  }

  /// The request is tried again.
  func attemptEnded(_ kind: FailureKind, now: MonotonicTime) {
    loop.observer?.attemptEnded(observed, kind, now: now)
    record.waitingSince = now
    guard let pool else { return }
    loop.metrics[pool.tiers[tier].series].retries.add(kind)
  }

  /// Counts the request.
  func conclude(_ outcome: LoopMetrics.Outcome, _ error: ProxyError? = nil, now: MonotonicTime = DataPlaneContext.now) {
    loop.count(record, outcome, status: status, pool.map { ($0, tier) }, error, now: now)
    observeEnd(outcome, error, now: now)
    status = 0
  }

  /// Writes its log line and hands over its spans, where somebody wants them.
  func observeEnd(_ outcome: LoopMetrics.Outcome, _ error: ProxyError?, now: MonotonicTime) {
    guard let observer = loop.observer else { return }
    let end = RequestEnd(
      at: now, outcome: outcome, status: status, error: error, pool: pool, tier: tier, clientAddress: address,
      isSecure: carrier?.isSecure == true)
    observer.conclude(observed, end, record)
    observed = nil
    loop.wake(at: now.nanoseconds &+ LoopObserver.longestHeld)
  }

  /// A model server has the request now: its parent is the span of this attempt.
  func traceDispatch() {
    guard let spans = observed?.spans, let observer = loop.observer else { return }
    observer.dispatched(observed, record)
    let number = spans.attempts.count - 1
    guard number > 0 else { return }
    // The first attempt's identifier was written with the head: later ones replace it there.
    request?.replaceSpanID(of: spans.outgoing(number - 1), by: spans.outgoing(number))
  }
}

extension ByteBuffer {
  /// Finds a `traceparent` of ours in a head and puts another one in its place.
  fileprivate mutating func replaceSpanID(of old: TraceParent, by new: TraceParent) {
    var wanted = [UInt8](repeating: 0, count: TraceParent.length)
    wanted.withUnsafeMutableBytes { if let base = $0.baseAddress { old.write(to: base) } }
    guard let found = readableBytesView.firstRange(of: wanted) else { return }
    wanted.withUnsafeMutableBytes { if let base = $0.baseAddress { new.write(to: base) } }
    setBytes(wanted, at: found.lowerBound)
  }
}
