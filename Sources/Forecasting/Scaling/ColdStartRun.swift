import Planning
import Scheduling
import Simulation

/// The transient of a cold start: so many replicas at the steady rate, then the peak, and the others when they are ready.
struct ColdStartRun {
  let subject: ForecastSubject
  let settings: ForecastSettings
  let start: ColdStart
  /// Of all runs together.
  static let mostRequests = 20_000.0
  static let mostReplicas = 64

  /// `nil` when there is nothing to scale.
  func result() -> Result<ColdStartForecast, ColdStartOmission>? {
    let (from, to) = (subject.minReplicas, subject.maxReplicas)
    guard to > from, subject.traffic.peakQPS > subject.traffic.steadyQPS else { return nil }
    guard to <= Self.mostReplicas else { return .failure(.tooManyReplicas(to, limit: Self.mostReplicas)) }
    let length = start.seconds
    // Long enough before the rise for a p95, and for the batches to be those of the steady rate.
    let rise = max(length, 200 / subject.traffic.steadyQPS)
    let expected = subject.traffic.steadyQPS * rise + subject.traffic.peakQPS * 2 * length
    guard expected <= Self.mostRequests else { return .failure(.tooManyRequests(expected, limit: Self.mostRequests)) }
    let runs = min(20, max(2, Int(Self.mostRequests / expected)))
    var seeds = SplitMix64(seed: settings.seed &+ 0x636f_6c64)
    var parts: [[QueueReport.Request]] = [[], [], []]
    for _ in 0..<runs {
      for request in QueueSimulation.run(scenario(from, to, rise, seed: seeds.next())).requests {
        if request.arrived < rise / 4 { continue }
        parts[request.arrived < rise ? 0 : request.arrived < rise + length ? 1 : 2].append(request)
      }
    }
    let phases = parts.map(Self.phase)
    return .success(
      ColdStartForecast(assumptions: start, from: from, to: to, before: phases[0], during: phases[1], after: phases[2], runs: runs))
  }

  private func scenario(_ from: Int, _ to: Int, _ rise: Double, seed: UInt64) -> QueueScenario {
    let (steady, peak) = (subject.traffic.steadyQPS, subject.traffic.peakQPS)
    var scenario = QueueScenario(
      law: subject.law, replicas: (0..<to).map { $0 < from ? 0 : rise + start.seconds },
      arrivals: .step(before: steady, after: peak, at: rise), size: subject.size, warmUp: 0, requests: Int.max / 4, seed: seed)
    scenario.initialBatch = Int(subject.law.meanBatch(rate: steady / Double(from), of: subject.size).rounded())
    scenario.until = rise + 2 * start.seconds
    return scenario
  }

  private static func phase(_ requests: [QueueReport.Request]) -> ColdStartForecast.Phase {
    let samples = LatencySamples(requests)
    let p95 = ServiceLevel(
      ttft: samples.quantile(0.95, .ttft), itl: samples.quantile(0.95, .itl), e2e: samples.quantile(0.95, .e2e))
    return ColdStartForecast.Phase(p95: p95, requests: requests.count)
  }
}
