import Scheduling
import Simulation
import Testing

@Suite("Arrivals come as they are asked for")
struct ArrivalTests {
  private func gaps(_ process: ArrivalProcess, _ count: Int) -> [Double] {
    let scenario = QueueScenario(
      law: BatchLaw(alpha: 1e-6, beta: 0, gamma: 0, maximumBatch: 1_000), replicas: [0], arrivals: process,
      size: .init(prompt: 1, output: 1),
      warmUp: 0, requests: count, seed: 11)
    let times = [0] + QueueSimulation.run(scenario).requests.map(\.arrived)
    return zip(times, times.dropFirst()).map { $1 - $0 }
  }

  private func moments(_ values: [Double]) -> (mean: Double, squaredVariation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, variance / (mean * mean))
  }

  @Test(
    "The mean rate and the variation of the gaps",
    arguments: [
      (ArrivalProcess.poisson(perSecond: 4), 1.0), (.gamma(perSecond: 4, shape: 0.25), 4.0), (.gamma(perSecond: 4, shape: 4), 0.25),
    ])
  func rates(process: ArrivalProcess, squaredVariation: Double) {
    let moments = moments(gaps(process, 20_000))
    #expect((moments.mean * 4 - 1).magnitude < 0.05, "\(moments), seed 11")
    #expect((moments.squaredVariation / squaredVariation - 1).magnitude < 0.12, "\(moments), seed 11")
  }

  @Test("A day swings between trough and peak around its mean")
  func diurnal() {
    let times = gaps(.diurnal(perSecond: 10, swing: 1, period: 1_000), 10_000).reduce(into: [0.0]) { $0.append(($0.last ?? 0) + $1) }
    #expect((times.last.map { 10_000 / $0 } ?? 0) > 9.5, "seed 11")
    let peak = times.count { $0 > 200 && $0 < 300 }
    let trough = times.count { $0 > 700 && $0 < 800 }
    #expect(peak > 1_800 && peak < 2_100, "\(peak) about the peak of 20 a second")
    #expect(trough < 100, "\(trough) about the trough")
  }

  @Test("A record is stretched, and begins again when it ends")
  func recorded() {
    let rows = [0.0, 1, 1, 4].map { TraceRow(at: .seconds($0), promptTokens: 10, outputTokens: 5) }
    #expect(gaps(.recorded(rows, stretch: 2), 6).map { ($0 * 1000).rounded() / 1000 } == [0, 2, 0, 6, 2.667, 2])
  }
}
