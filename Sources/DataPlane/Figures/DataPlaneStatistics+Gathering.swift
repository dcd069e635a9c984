import Scheduling

extension DataPlaneStatistics {
  /// - Parameter metrics: What all loops have counted.
  init(_ context: DataPlaneContext, _ metrics: LoopMetrics) {
    let now = DataPlaneContext.now
    let table = context.table
    self.init(
      revision: table?.revision,
      pools: (table?.pools ?? []).map { pool in
        Pool(name: pool.name, scheduler: pool.shell.statistics(now: now), tiers: pool.tiers.map { Self.tier($0, metrics) })
      }, clientConnections: metrics.clientConnections, busyConnections: metrics.busyConnections)
  }

  private static func tier(_ tier: PoolRoute.Tier, _ metrics: LoopMetrics) -> Tier {
    let series = tier.series < metrics.series.count ? metrics.series[tier.series] : TierMetrics()
    func count(_ outcomes: LoopMetrics.Outcome...) -> UInt64 {
      series.answers.entries.reduce(0) { outcomes.contains($1.key.outcome) ? $0 + $1.count : $0 }
    }
    return Tier(
      name: tier.name, served: count(.served), refused: count(.refused), failed: count(.upstreamFailed, .broken),
      clientGone: count(.clientGone), promptTokens: series.promptTokens.reported,
      outputTokens: series.outputTokens.reported + series.outputTokens.estimated,
      timeToFirstToken: series.firstTokens, interTokenLatency: series.gaps, endToEnd: series.answered, compliance: series.compliance,
      revenue: series.revenue)
  }
}
