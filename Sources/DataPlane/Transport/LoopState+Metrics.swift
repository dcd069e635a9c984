import NIOCore
import Scheduling

extension LoopState {
  /// Counts a request that is over.
  /// - Parameter place: The pool that had it, and its tier there; `nil` for one that never reached a pool.
  func count(
    _ record: RequestRecord, _ outcome: LoopMetrics.Outcome, status: Int, _ place: (pool: PoolRoute, tier: Int)?, _ error: ProxyError?,
    now: MonotonicTime
  ) {
    if let place {
      let tier = place.pool.tiers[place.tier]
      metrics[tier.series].count(record, outcome, status: status, tier.terms, now: now)
      if let error { metrics[tier.series].faults.add(LoopMetrics.Fault(error)) }
    } else if let error {
      metrics.rejected.add(LoopMetrics.Rejection(status: error.status, fault: LoopMetrics.Fault(error)))
    }
  }

  /// Adds up what all loops have counted.
  func gather() -> EventLoopFuture<LoopMetrics> {
    let parts = allLoops.map { peer in peer.loop.submit { peer.metrics } }
    return EventLoopFuture.whenAllSucceed(parts, on: loop).map { parts in
      var sum = LoopMetrics()
      for part in parts { sum.add(part) }
      return sum
    }
  }

  func gatherMetrics(_ format: MetricsText.Format) -> EventLoopFuture<String> {
    let context = context
    return gather().map { MetricsPage(context: context, counted: $0, format: format, now: DataPlaneContext.now).text }
  }
}
