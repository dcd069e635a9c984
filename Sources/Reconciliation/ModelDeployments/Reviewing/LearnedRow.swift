import JSON
import Kubernetes
import Planning

/// What a deployment teaches about its model and GPUs: a benchmark row of a kind of its own, with its day.
package enum LearnedRow {
  /// Answers that a row must be of.
  package static let fewestAnswers = 200
  /// A row of hardly any load says nothing of a load: this part of the planned rate is wanted at least.
  package static let leastLoad = 0.2
  /// Lengths that differ by less are those of the plan.
  private static let sameLength = 0.1

  /// `nil` when there is too little to learn from, and for simulated servers, which say nothing about hardware.
  ///
  /// - Parameter today: RFC 3339; its day becomes the row's.
  package static func row(of deployment: KubeObject, _ figures: PoolFigures, now today: String) -> Benchmark? {
    guard deployment[["spec", "serving", "runtime"]]?.string != "simulator", figures.backends > 0,
      let plan = CapacityPlan(statusJSON: deployment[["status", "plan"]]), let rate = figures.requestsPerSecond,
      rate >= leastLoad * plan.traffic.steadyQPS, let answers = figures.answers, let ttft = answers.ttft, let itl = answers.itl,
      let e2e = answers.e2e, min(ttft.count, itl.count, e2e.count) >= fewestAnswers
    else { return nil }
    let planned = plan.traffic.profile
    let profile = TrafficProfile(
      promptTokens: length(answers.promptTokens, planned: planned.promptTokens),
      outputTokens: length(answers.outputTokens, planned: planned.outputTokens))
    return Benchmark(
      kind: .learned, model: plan.model, accelerator: plan.accelerator, gpus: plan.gpusPerReplica, profile: profile,
      requestsPerSecond: rate / Double(figures.backends), ttft: latency(ttft), itl: latency(itl), e2e: latency(e2e),
      source: "observed at ModelDeployment \(deployment.key), \(e2e.count) answers", isCapacityLowerBound: true,
      date: String(today.prefix(10)))
  }

  private static func latency(_ figures: LatencyFigures) -> Benchmark.Latency { .init(mean: figures.mean, p95: figures.p95) }

  private static func length(_ observed: Double?, planned: Int) -> Int {
    guard let observed, observed >= 1 else { return planned }
    let isPlanned = (observed - Double(planned)).magnitude <= sameLength * Double(planned)
    return isPlanned ? planned : Int(observed.rounded())
  }
}
