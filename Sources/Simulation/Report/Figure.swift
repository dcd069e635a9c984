/// A number that a run is described with, of one tier or of the whole pool.
package enum Figure: Hashable, Sendable {
  package enum Count: String, Sendable, CaseIterable { case arrived, served, refused, failed, left }
  package enum Time: String, Sendable, CaseIterable { case wait, ttft, response }
  package enum Statistic: String, Sendable, CaseIterable { case p50, p95, p99, mean, max }

  case count(Count)
  case time(Time, Statistic)
  /// The part of all served work that was the tier's.
  case share
  /// Of the whole pool, whichever tier is asked for.
  case utilisation
  case queuedAtServers
  case longestWait
  case violations

  package enum Unit: Sendable { case requests, seconds, part }

  package var unit: Unit {
    switch self {
    case .count, .violations: .requests
    case .time, .longestWait: .seconds
    case .share, .utilisation, .queuedAtServers: .part
    }
  }

  /// Whether it is of a tier; the others are of the pool.
  package var isOfTier: Bool {
    switch self {
    case .count, .time, .share: true
    case .utilisation, .queuedAtServers, .longestWait, .violations: false
    }
  }

  /// As in a scenario's `expect`.
  package var name: String {
    switch self {
    case .count(let count): count.rawValue
    case .time(let time, let statistic): "\(time.rawValue).\(statistic.rawValue)"
    case .share: "share"
    case .utilisation: "utilisation"
    case .queuedAtServers: "queuedAtServers"
    case .longestWait: "longestWait"
    case .violations: "violations"
    }
  }

  package static let ofTier: [Figure] =
    Count.allCases.map(Figure.count) + Time.allCases.flatMap { time in Statistic.allCases.map { .time(time, $0) } } + [.share]
  package static let ofPool: [Figure] = [.utilisation, .queuedAtServers, .longestWait, .violations]

  /// The figure's value; without a tier, counts and times are of all tiers together.
  package func value(in report: SimulationReport, tier: String? = nil) -> Double {
    let tiers = tier.map { name in report.tiers.filter { $0.name == name } } ?? report.tiers
    switch self {
    case .count(let count): return Double(tiers.reduce(0) { $0 + $1.count(count) })
    case .time(let time, let statistic):
      if let only = tiers.first, tiers.count == 1 { return only.times(time).value(statistic) }
      var all = Distribution()
      for tier in tiers { all.add(tier.times(time)) }
      all.sort()
      return all.value(statistic)
    case .share: return tier.map(report.share) ?? (report.tiers.contains { $0.work > 0 } ? 1 : 0)
    case .utilisation: return report.utilisation
    case .queuedAtServers: return report.queuedAtServers
    case .longestWait: return report.longestWait
    case .violations: return Double(report.violations.count)
    }
  }
}

extension TierReport {
  /// Turned away: at the door, or after waiting.
  func count(_ count: Figure.Count) -> Int {
    switch count {
    case .arrived: arrived
    case .served: served
    case .refused: refused + evicted
    case .failed: failed
    case .left: cancelled
    }
  }

  func times(_ time: Figure.Time) -> Distribution {
    switch time {
    case .wait: waits
    case .ttft: firstTokens
    case .response: latencies
    }
  }
}

extension Distribution {
  func value(_ statistic: Figure.Statistic) -> Double {
    switch statistic {
    case .p50: percentile(50)
    case .p95: percentile(95)
    case .p99: percentile(99)
    case .mean: mean
    case .max: maximum
    }
  }
}
