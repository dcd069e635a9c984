import DataPlane
import Reconciliation

/// Counters of the last minute, out of samples of counters that only grow; latencies also over the time that a percentile takes.
struct FigureHistory {
  private static let window: Duration = .seconds(60)
  /// So many answers say what their 95th percentile is; fewer are waited for this long.
  private static let (enoughAnswers, longestWindow): (UInt64, Duration) = (200, .seconds(600))

  /// A pool now, and what its tiers have counted since the start.
  struct Pool {
    var name: String
    var now: PoolFigures
    /// The servers in service, by name: what was measured before any of them came says nothing of them.
    var servers: Set<String>
    var tiers: [(name: String, counts: TierCounts)]
  }
  private struct Sample {
    let time: ContinuousClock.Instant
    let counts: [String: TierCounts]
    let servers: [String: Set<String>]
  }

  private var samples: [Sample] = []

  /// The figures of every pool now.
  mutating func figures(_ statistics: DataPlaneStatistics) -> [String: PoolFigures] {
    figures(
      statistics.pools.map { pool in
        Pool(
          name: pool.name, now: PoolFigures(pool.scheduler), servers: Set(pool.scheduler.backends.filter { !$0.draining }.map(\.id)),
          tiers: pool.tiers.map { ($0.name, TierCounts($0)) })
      })
  }

  /// The figures of every pool now; no count of `pools` may ever fall.
  mutating func figures(_ pools: [Pool]) -> [String: PoolFigures] {
    let now = ContinuousClock.now
    var counts: [String: TierCounts] = [:]
    for pool in pools {
      for tier in pool.tiers { counts[Self.key(pool.name, tier.name)] = tier.counts }
    }
    samples.append(Sample(time: now, counts: counts, servers: Dictionary(pools.map { ($0.name, $0.servers) }) { $1 }))
    while samples.count > 1, samples[1].time.duration(to: now) >= Self.longestWindow { samples.removeFirst() }
    let minute = samples.lastIndex { $0.time.duration(to: now) >= Self.window } ?? 0

    var figures: [String: PoolFigures] = [:]
    for pool in pools {
      let earliest = earliest(of: pool)
      figures[pool.name] = self.figures(pool, counts, max(minute, earliest), earliest)
    }
    return figures
  }

  /// The first sample in which one of its servers was there; of a pool without any server, the first of all.
  private func earliest(of pool: Pool) -> Int {
    if pool.servers.isEmpty { return 0 }
    return samples.firstIndex { $0.servers[pool.name].map { !$0.isDisjoint(with: pool.servers) } ?? false } ?? samples.count - 1
  }

  private func figures(_ pool: Pool, _ counts: [String: TierCounts], _ minute: Int, _ earliest: Int) -> PoolFigures {
    var figures = pool.now
    guard let last = samples.last, samples.count > 1 else { return figures }
    let first = samples[minute]
    var served: UInt64 = 0
    var (firstTokens, gaps, answers) = (Histogram(), Histogram(.gap), Histogram())
    for index in figures.tiers.indices {
      let key = Self.key(pool.name, figures.tiers[index].name)
      guard let minute = counts[key]?.since(first.counts[key] ?? TierCounts()) else { continue }
      served += minute.served
      firstTokens.merge(minute.timeToFirstToken)
      gaps.merge(minute.interTokenLatency)
      answers.merge(minute.endToEnd)
      figures.tiers[index].lastMinute = TierFigures.LastMinute(
        requests: Int(minute.served + minute.failed), refused: Int(minute.refused), failed: Int(minute.failed),
        withinObjective: Int(minute.compliance.within), outsideObjective: Int(minute.compliance.outside), revenueUSD: minute.revenue,
        ttftP95: Self.milliseconds(minute.timeToFirstToken), e2eP95: Self.milliseconds(minute.endToEnd))
    }
    figures.ttftP95 = Self.milliseconds(firstTokens)
    figures.itlP95 = gaps.quantile(0.95).map { ($0 * 10_000).rounded() / 10 }
    figures.e2eP95 = Self.milliseconds(answers)
    let elapsed = first.time.duration(to: last.time)
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    if seconds > 0 { figures.requestsPerSecond = (Double(served) / seconds * 100).rounded() / 100 }
    figures.answers = self.answers(pool, counts, since: minute, earliest: earliest, until: last.time)
    return figures
  }

  /// Of all tiers, since the latest sample after which enough were answered, the last minute at least; none from before `earliest`.
  private func answers(
    _ pool: Pool, _ counts: [String: TierCounts], since minute: Int, earliest: Int, until end: ContinuousClock.Instant
  ) -> AnswerFigures? {
    let keys = pool.tiers.map { Self.key(pool.name, $0.name) }
    func served(since index: Int) -> UInt64 {
      keys.reduce(0) { $0 + (counts[$1]?.served ?? 0) - min(counts[$1]?.served ?? 0, samples[index].counts[$1]?.served ?? 0) }
    }
    var index = minute
    while index > earliest, served(since: index) < Self.enoughAnswers { index -= 1 }
    var (firstTokens, gaps, answers) = (Histogram(), Histogram(.gap), Histogram())
    var (answered, prompts, outputs) = (0.0, 0.0, 0.0)
    for key in keys {
      guard let part = counts[key]?.since(samples[index].counts[key] ?? TierCounts()) else { continue }
      firstTokens.merge(part.timeToFirstToken)
      gaps.merge(part.interTokenLatency)
      answers.merge(part.endToEnd)
      answered += Double(part.served)
      prompts += Double(part.promptTokens)
      outputs += Double(part.outputTokens)
    }
    guard answered > 0 else { return nil }
    return AnswerFigures(
      ttft: Self.latency(firstTokens), itl: Self.latency(gaps), e2e: Self.latency(answers),
      promptTokens: prompts > 0 ? prompts / answered : nil, outputTokens: outputs > 0 ? outputs / answered : nil,
      seconds: samples[index].time.duration(to: end) / .seconds(1))
  }

  private static func latency(_ histogram: Histogram) -> LatencyFigures? {
    LatencyFigures(count: Int(histogram.count), mean: (histogram.mean ?? 0) * 1000) { histogram.quantile($0).map { $0 * 1000 } }
  }

  private static func milliseconds(_ histogram: Histogram) -> Double? { histogram.quantile(0.95).map { ($0 * 1000).rounded() } }

  private static func key(_ pool: String, _ tier: String) -> String { pool + "/" + tier }
}
