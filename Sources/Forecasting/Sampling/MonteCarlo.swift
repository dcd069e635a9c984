import Planning
import Scheduling
import Simulation

/// What may come of a plan when neither the traffic nor the latencies are known exactly.
///
/// Every sample draws a rate and a speed of the servers, each log-normal with median 1 and the stated relative deviation, and simulates the
/// replicas under them. Samples are independent, so quantiles and chances over them have exact intervals.
struct MonteCarlo {
  let subject: ForecastSubject
  let settings: ForecastSettings

  private struct Sample {
    /// In milliseconds, infinite when the replicas cannot keep up.
    var p95: ServiceLevel
    var monthlyUSD: Double
    var isSaturated: Bool
  }

  func forecast() -> RiskForecast {
    var random = SplitMix64(seed: settings.seed &+ 0x6d6f_6e74_65)
    let samples = (0..<settings.samples).map { _ in sample(&random) }
    func figure(_ metric: ServiceLevel.Metric) -> RiskForecast.Promise {
      let statistics = OrderStatistics(samples.map { $0.p95[metric] })
      return RiskForecast.Promise(
        metric: metric, target: subject.target[metric], bound: statistics.quantile(0.95),
        chance: statistics.chance(atMost: subject.target[metric]))
    }
    let costs = OrderStatistics(samples.map(\.monthlyUSD))
    let binomial = Binomial(trials: samples.count)
    return RiskForecast(
      samples: samples.count, requestsPerSample: settings.requestsPerSample, trafficSpread: settings.trafficSpread,
      latencySpread: subject.latencySpread, promises: ServiceLevel.Metric.allCases.map(figure),
      all: binomial.chance(successes: samples.count { $0.p95.meets(subject.target) }),
      saturated: binomial.chance(successes: samples.count(where: \.isSaturated)), monthlyUSD: costs.quantile(0.95),
      overBudget: subject.monthlyBudgetUSD.map { budget in binomial.chance(successes: samples.count { $0.monthlyUSD > budget + 1e-6 }) })
  }

  private func sample(_ random: inout SplitMix64) -> Sample {
    let rate = subject.traffic.steadyQPS * Self.factor(settings.trafficSpread, &random)
    let slowness = Self.factor(subject.latencySpread, &random)
    let seed = random.next()
    let law = subject.law.slower(by: slowness)
    let capacity = law.capacity(of: subject.size)
    // The planner's rule: room above the rate, and never all of what a full batch could do.
    let needed = max(1, (rate * 1.2 / (subject.ratePerReplica / slowness)).rounded(.up))
    let monthly = needed * subject.replicaPerHourUSD * 730
    guard rate < capacity * Double(subject.replicas) else {
      return Sample(p95: ServiceLevel(ttft: .infinity, itl: .infinity, e2e: .infinity), monthlyUSD: monthly, isSaturated: true)
    }
    let report = QueueSimulation.run(
      subject.scenario(
        rate: rate, replicas: subject.replicas, law: law, requests: settings.requestsPerSample, settings: settings, seed: seed))
    let latencies = LatencySamples(report.requests)
    return Sample(
      p95: ServiceLevel(
        ttft: latencies.quantile(0.95, .ttft), itl: latencies.quantile(0.95, .itl), e2e: latencies.quantile(0.95, .e2e)),
      monthlyUSD: monthly, isSaturated: false)
  }

  /// Log-normal with median 1 whose standard deviation is `spread` times its mean: σ² = ln(1 + spread²).
  private static func factor(_ spread: Double, _ random: inout SplitMix64) -> Double {
    Chance.logNormal(sigma: Logarithm.natural(1 + spread * spread).squareRoot(), &random)
  }
}
