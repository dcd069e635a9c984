import Scheduling
import Simulation
import Testing

@Suite("The production scheduler in front changes nothing that a forecast says")
struct SchedulerComparisonTests {
  @Test("Waits and responses are those of the simulation with the scheduler, within three standard errors of each")
  func scheduler() {
    // Four places of 1 s each, at 80 % of what they serve.
    var queue = QueueScenario(
      law: BatchLaw(alpha: 0.5, beta: 0, gamma: 0, maximumBatch: 4), replicas: [0], arrivals: .poisson(perSecond: 3.2),
      size: .init(prompt: 0, output: 1), warmUp: 200, requests: 1_000, seed: 0)
    queue.work = .fixed
    let forecast = RunStatistics(queue, runs: 16, seed: 5).mean(\.e2e)
    let responses = (1...16).map { seed in
      var traffic = Traffic(tier: SchedulingPolicy.standard.tiers[0].name, arrivals: .poisson(perSecond: 3.2))
      traffic.promptTokens = 0
      traffic.outputTokens = 1
      var scenario = Scenario(
        servers: [ServerModel(maximumSequences: 4, firstToken: .milliseconds(500), perToken: .milliseconds(500))], traffic: [traffic],
        duration: .seconds(375), seed: UInt64(seed))
      scenario.warmUp = .seconds(62)
      return Simulation.run(scenario).meanResponse
    }
    let mean = responses.reduce(0, +) / 16
    let error = (responses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 15 / 16).squareRoot()
    let text = "\(forecast.mean) ± \(forecast.error) without, \(mean) ± \(error) with the scheduler, seeds 5 and 1 to 16"
    print("simulated", text)
    #expect((forecast.mean - mean).magnitude <= 3 * (forecast.error * forecast.error + error * error).squareRoot(), "\(text)")
    #expect(error < 0.05 * mean)
  }
}
