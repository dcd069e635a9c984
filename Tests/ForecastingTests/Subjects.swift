import Forecasting
import Planning
import Simulation

/// A chatbot on one replica whose full batch serves about 11 requests a second.
enum Subjects {
  static let law = BatchLaw(alpha: 0.006, beta: 0.000_03, gamma: 0.000_000_1, maximumBatch: 32)

  static func chatbot(
    qps: Double = 4, peak: Double = 8, replicas: Int = 1, minReplicas: Int = 1, maxReplicas: Int = 2,
    target: ServiceLevel = ServiceLevel(ttft: 200, itl: 10, e2e: 2_600), budget: Budget = Budget(), spread: Double = 0.1
  ) -> ForecastSubject {
    let traffic = Planning.Traffic(
      profile: TrafficProfile(promptTokens: 512, outputTokens: 256), steadyQPS: qps, peakQPS: peak, derivation: "as the test says")
    let plan = CapacityPlan(
      model: "test/model-8b", accelerator: "H100", acceleratorNodeLabel: "H100", gpusPerReplica: 1, tensorParallel: 1, replicas: replicas,
      gpuCount: replicas, strategy: replicas > 1 ? .independent : .single, predicted: ServiceLevel(ttft: 60, itl: 15, e2e: 4_000),
      target: target, traffic: traffic, requestsPerSecondPerReplica: 5, isCapacityLowerBound: false,
      cost: .init(perHourUSD: 2 * Double(replicas), perMonthUSD: 1_460 * Double(replicas), perThousandTokensUSD: 0.001),
      confidence: .benchmarked, basis: .simulated, source: "a test", minReplicas: minReplicas, maxReplicas: maxReplicas,
      scores: Scores(quality: 0, cost: 0, latency: 0, simplicity: 0, balanced: 0), why: [], inputsDigest: "none")
    return ForecastSubject(plan: plan, law: law, lawSource: "the test says", budget: budget, latencySpread: spread)
  }

  /// Few samples: enough for what tests look at.
  static func settings(seed: UInt64 = 3, samples: Int = 40) -> ForecastSettings {
    var settings = ForecastSettings(seed: seed, samples: samples)
    settings.runs = 4
    settings.requestsPerRun = 400
    settings.requestsPerSample = 100
    return settings
  }
}
