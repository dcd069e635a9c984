import Planning
import Simulation

/// The smallest number of replicas whose simulated percentiles are at or under the targets.
struct ReplicaSearch {
  let run: LoadRun
  private static let most = 4_096

  func forecast() -> ScalingForecast {
    let traffic = run.subject.traffic
    return ScalingForecast(
      minReplicas: replicas(for: traffic.steadyQPS), maxReplicas: replicas(for: traffic.peakQPS), steadyQPS: traffic.steadyQPS,
      peakQPS: traffic.peakQPS)
  }

  /// Fewer than the rate ÷ capacity cannot be enough. From there doubled until enough, then bisected.
  func replicas(for rate: Double) -> Int? {
    let capacity = run.subject.law.capacity(of: run.subject.size)
    guard capacity > 0, rate / capacity < Double(Self.most) else { return nil }
    let least = max(1, Int((rate / capacity).rounded(.up)))
    var enough = least
    var tooFew = least - 1
    while !isEnough(enough, rate) {
      tooFew = enough
      enough *= 2
      guard enough <= Self.most, isPossible else { return nil }
    }
    while enough - tooFew > 1 {
      let middle = (enough + tooFew) / 2
      if isEnough(middle, rate) { enough = middle } else { tooFew = middle }
    }
    return enough
  }

  /// Whether a request that meets nobody else is served in time: else more replicas are no help.
  private var isPossible: Bool {
    let (law, size, target) = (run.subject.law, run.subject.size, run.subject.target)
    return law.prefill(batch: 1, of: size) * 1000 <= target.ttft && law.decodeStep(batch: 1, of: size) * 1000 <= target.itl
      && law.service(batch: 1, of: size) * 1000 <= target.e2e
  }

  private func isEnough(_ replicas: Int, _ rate: Double) -> Bool {
    guard run.load(rate: rate, replicas: replicas) < 0.999 else { return false }
    let target = run.subject.target
    // Mean-field figures far beyond the target need no simulation.
    let batch = run.subject.law.meanBatch(rate: rate / Double(replicas), of: run.subject.size)
    if run.subject.law.decodeStep(batch: batch, of: run.subject.size) * 1000 > 1.5 * target.itl { return false }
    let latency = run.forecast(rate: rate, replicas: replicas, stream: UInt64(replicas) &+ 1_000, runs: 3, requests: 700)
    return ServiceLevel.Metric.allCases.allSatisfy { latency[$0].p95.value <= target[$0] }
  }
}
