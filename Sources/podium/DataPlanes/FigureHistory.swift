import DataPlane
import Reconciliation

/// Counters of the last minute, out of samples of counters that only grow.
struct FigureHistory {
  private static let window: Duration = .seconds(60)

  private struct Counts {
    var served: UInt64 = 0
    var refused: UInt64 = 0
    var failed: UInt64 = 0
  }
  private struct Sample {
    let time: ContinuousClock.Instant
    let counts: [String: Counts]
  }

  private var samples: [Sample] = []

  /// The figures of every pool now.
  mutating func figures(_ statistics: DataPlaneStatistics) -> [String: PoolFigures] {
    let now = ContinuousClock.now
    var counts: [String: Counts] = [:]
    for pool in statistics.pools {
      for tier in pool.tiers {
        counts[Self.key(pool.name, tier.name)] = Counts(served: tier.served, refused: tier.refused, failed: tier.failed)
      }
    }
    samples.append(Sample(time: now, counts: counts))
    while samples.count > 1, samples[1].time.duration(to: now) >= Self.window { samples.removeFirst() }

    var figures: [String: PoolFigures] = [:]
    for pool in statistics.pools { figures[pool.name] = self.figures(pool, counts) }
    return figures
  }

  private func figures(_ pool: DataPlaneStatistics.Pool, _ counts: [String: Counts]) -> PoolFigures {
    var figures = PoolFigures(pool.scheduler)
    guard let first = samples.first, let last = samples.last, samples.count > 1 else { return figures }
    let elapsed = first.time.duration(to: last.time)
    var served: UInt64 = 0
    for index in figures.tiers.indices {
      let key = Self.key(pool.name, figures.tiers[index].name)
      guard let new = counts[key] else { continue }
      let old = first.counts[key] ?? Counts()
      served += new.served &- old.served
      figures.tiers[index].lastMinute = TierFigures.LastMinute(
        requests: Int(new.served &- old.served &+ new.failed &- old.failed), refused: Int(new.refused &- old.refused),
        failed: Int(new.failed &- old.failed))
    }
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    if seconds > 0 { figures.requestsPerSecond = (Double(served) / seconds * 100).rounded() / 100 }
    return figures
  }

  private static func key(_ pool: String, _ tier: String) -> String { pool + "/" + tier }
}
