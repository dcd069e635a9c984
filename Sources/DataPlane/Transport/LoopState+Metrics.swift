import NIOCore

extension LoopState {
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
