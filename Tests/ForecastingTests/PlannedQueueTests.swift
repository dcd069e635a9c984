import Planning
import Simulation
import Testing

@testable import Forecasting

@Suite("The simulation agrees with the planner's own queue")
struct PlannedQueueTests {
  static let seed: UInt64 = 88
  static let profile = TrafficProfile(promptTokens: 512, outputTokens: 256)
  /// One that bends and has a line of its own for the prefill.
  static let latency = LatencyModel(
    alpha: 5, beta: 0.02, gamma: 0.000_1, sigma: 0.8, prefill: .init(base: 8, perToken: 0.03, perRequest: 0.2, perRequestToken: 0.000_5))

  private var law: BatchLaw {
    BatchLaw(
      ReplicaModel(latency: Self.latency, maximumBatch: 24, confidence: .interpolated, basis: .measured, source: "a test"),
      profile: Self.profile)
  }

  @Test("The law takes as long as the latency model it was made of", arguments: [1.0, 5, 24])
  func law(batch: Double) {
    let size = BatchLaw.Size(prompt: 512, output: 256)
    #expect((law.prefill(batch: batch, of: size) * 1000 - Self.latency.prefill(batch: batch, profile: Self.profile)).magnitude < 1e-9)
    #expect((law.decodeStep(batch: batch, of: size) * 1000 - Self.latency.decodeStep(batch: batch, profile: Self.profile)).magnitude < 1e-9)
  }

  @Test("Requests in the batch and mean latencies at a load are those of the birth–death chain", arguments: [0.3, 0.7, 0.9])
  func chain(load: Double) {
    let queue = ReplicaQueue(Self.latency, profile: Self.profile, maximumBatch: 24, places: 2_000)
    let rate = load * queue.saturation
    let state = queue.state(at: rate)
    let size = BatchLaw.Size(prompt: 512, output: 256)
    var scenario = QueueScenario(
      law: law, replicas: [0], arrivals: .poisson(perSecond: rate), size: size, warmUp: 300, requests: 1_200, seed: 0)
    scenario.initialBatch = Int(law.meanBatch(rate: rate, of: size).rounded())
    scenario.work = .exponential
    let statistics = RunStatistics(scenario, runs: 12, seed: Self.seed)
    let response = statistics.mean(\.e2e)
    let theory = (state.batch + state.waiting) / rate
    print("simulated \(response.mean) ± \(response.error) s, the chain \(theory) s at a load of \(load), seed \(Self.seed)")
    // A hundredth for what the chain leaves out: the prefill's own slope.
    #expect((response.mean - theory).magnitude <= 3.5 * response.error + 0.01 * theory)
    #expect(response.error < 0.06 * theory)
  }
}
