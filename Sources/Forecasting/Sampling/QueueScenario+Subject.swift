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
      arrivals: arrivals(rate: rate, duration: Double(warmUp + requests) / rate, settings.arrivals), size: size, warmUp: warmUp,
      requests: requests, seed: seed)
    scenario.initialBatch = Int(batch.rounded())
    return scenario
  }

  func arrivals(rate: Double, duration: Double, _ kind: ForecastSettings.Arrivals) -> ArrivalProcess {
    switch kind {
    case .poisson: return .poisson(perSecond: rate)
    case .bursty: return .gamma(perSecond: rate, shape: 0.25)
    case .diurnal:
      return .diurnal(perSecond: rate, swing: min(1, max(0, traffic.peakQPS / traffic.steadyQPS - 1)), period: duration)
    case .recorded(let rows, _):
      let span = rows.last?.at.inSeconds ?? 0
      return .recorded(rows, stretch: span > 0 ? Double(max(1, rows.count - 1)) / span / rate : 1)
    }
  }
}
