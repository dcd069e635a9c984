import Planning
import Scheduling
import Simulation

extension ForecastSubject {
  /// Replicas under load in a steady state.
  func scenario(
    rate: Double, replicas: Int, law: BatchLaw, requests: Int, settings: ForecastSettings, seed: UInt64
  ) -> QueueScenario {
    let shown = min(replicas, ForecastSettings.mostReplicas)
    let rate = rate * Double(shown) / Double(max(1, replicas))
    let each = rate / Double(shown)
    let batch = law.meanBatch(rate: each, of: size)
    // Two times a request's whole time: the batches it starts with have gone by then.
    let warmUp = 100 + Int(min(20_000, 2 * rate * law.service(batch: batch, of: size)))
    var scenario = QueueScenario(
      law: law, replicas: Array(repeating: 0, count: shown),
      arrivals: arrivals(rate: rate, duration: Double(warmUp + requests) / rate, seed: seed, settings.arrivals), size: size, warmUp: warmUp,
      requests: requests, seed: seed)
    scenario.initialBatch = Int(batch.rounded())
    return scenario
  }

  func arrivals(rate: Double, duration: Double, seed: UInt64, _ kind: ForecastSettings.Arrivals) -> ArrivalProcess {
    switch kind {
    case .poisson: return .poisson(perSecond: rate)
    case .bursty: return .gamma(perSecond: rate, shape: 0.25)
    case .diurnal:
      return .diurnal(perSecond: rate, swing: min(1, max(0, traffic.peakQPS / traffic.steadyQPS - 1)), period: duration)
    case .recorded(let rows, _):
      let span = rows.last?.at.inSeconds ?? 0
      // Each run replays another part of the record: runs that are all the same would have no spread.
      var random = SplitMix64(seed: seed)
      let first = Int(random.next() % UInt64(max(1, rows.count)))
      return .recorded(Self.beginning(rows, at: first), stretch: span > 0 ? Double(max(1, rows.count - 1)) / span / rate : 1)
    }
  }

  /// The record from a row on, and then from its start, with the mean gap between its end and its start.
  private static func beginning(_ rows: [TraceRow], at first: Int) -> [TraceRow] {
    guard first > 0, let last = rows.last else { return rows }
    let gap = last.at / max(1, rows.count - 1)
    return (0..<rows.count).map { offset in
      var row = rows[(first + offset) % rows.count]
      row.at = first + offset < rows.count ? row.at - rows[first].at : row.at + last.at - rows[first].at + gap
      return row
    }
  }
}
