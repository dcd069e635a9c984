import Scheduling

// Account: every request ends in `conclude`, once.
extension ClientConnection {
  /// The attempt of a request that a model server had is over.
  func account(_ outcome: LoopMetrics.Outcome, _ result: Outcome, _ error: ProxyError? = nil) {
    let now = conclude(outcome, error)
    guard let pool, let ticket else { return }
    self.ticket = nil
    loop.deliver(pool.shell.finish(ticket, result, now: now))
  }

  /// The request is tried again.
  func attemptEnded(_ kind: FailureKind, now: MonotonicTime) {
    record.waitingSince = now
    guard let pool else { return }
    loop.metrics[pool.tiers[tier].series].retries.add(kind)
  }

  /// Counts the request.
  /// - Returns: The time.
  @discardableResult
  func conclude(_ outcome: LoopMetrics.Outcome, _ error: ProxyError? = nil) -> MonotonicTime {
    let now = DataPlaneContext.now
    if let pool {
      let tier = pool.tiers[tier]
      loop.metrics[tier.series].count(record, outcome, status: status, tier.terms, now: now)
      if let error { loop.metrics[tier.series].faults.add(LoopMetrics.Fault(error)) }
    } else if let error {
      loop.metrics.rejected.add(LoopMetrics.Rejection(status: error.status, fault: LoopMetrics.Fault(error)))
    }
    status = 0
    return now
  }
}
