import Planning
import Scheduling
import Simulation

/// Percentiles of a subject under a steady load, from independent runs.
struct LoadRun {
  let subject: ForecastSubject
  let settings: ForecastSettings

  /// - Parameter stream: keeps the random numbers of different questions apart.
  func forecast(rate: Double, replicas: Int, stream: UInt64, runs: Int? = nil, requests: Int? = nil) -> LatencyForecast {
    var seeds = SplitMix64(seed: settings.seed ^ (stream &* 0x9e37_79b9_7f4a_7c15))
    var parts: [LatencySamples] = []
    var batch = 0.0
    let count = max(2, runs ?? settings.runs)
    for _ in 0..<count {
      let report = QueueSimulation.run(
        subject.scenario(
          rate: rate, replicas: replicas, law: subject.law, requests: requests ?? settings.requestsPerRun, settings: settings,
          seed: seeds.next()))
      parts.append(LatencySamples(report.requests))
      batch += report.meanBatch / Double(count)
    }
    return Self.latency(parts, rate: rate, replicas: replicas, meanBatch: batch, load: load(rate: rate, replicas: replicas))
  }

  /// Offered rate ÷ capacity.
  func load(rate: Double, replicas: Int) -> Double { rate / (Double(replicas) * subject.law.capacity(of: subject.size)) }

  private static func latency(
    _ parts: [LatencySamples], rate: Double, replicas: Int, meanBatch: Double, load: Double
  ) -> LatencyForecast {
    let all = LatencySamples(merging: parts)
    func percentiles(_ metric: ServiceLevel.Metric) -> LatencyForecast.Percentiles {
      func estimate(_ part: Double) -> Estimate {
        Estimate.ofRuns(parts.map { $0.quantile(part, metric) }, pooled: all.quantile(part, metric))
      }
      return LatencyForecast.Percentiles(p50: estimate(0.5), p95: estimate(0.95), p99: estimate(0.99))
    }
    return LatencyForecast(
      rate: rate, replicas: replicas, ttft: percentiles(.ttft), itl: percentiles(.itl), e2e: percentiles(.e2e), meanBatch: meanBatch,
      load: load)
  }
}
