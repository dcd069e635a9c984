import Scheduling
import Simulation
import Testing

@testable import Forecasting

@Suite("Intervals hold what they promise")
struct StatisticsTests {
  @Test(
    "Clopper and Pearson's interval is that of the tables",
    arguments: [(0, 20, 0.0, 0.1684), (5, 20, 0.0866, 0.4910), (20, 20, 0.8316, 1.0)])
  func chances(successes: Int, trials: Int, low: Double, high: Double) {
    let chance = Binomial(trials: trials).chance(successes: successes)
    #expect((chance.low - low).magnitude < 1e-4 && (chance.high - high).magnitude < 1e-4, "\(chance)")
  }

  @Test("The median of a hundred samples is between the 40th and the 61st")
  func median() {
    let estimate = OrderStatistics((1...100).map(Double.init)).quantile(0.5)
    #expect(estimate == Estimate(value: 50, low: 40, high: 61))
  }

  @Test("Too few samples bound a high quantile from below only")
  func fewSamples() {
    let estimate = OrderStatistics((1...40).map(Double.init)).quantile(0.95)
    #expect(estimate.value == 38)
    #expect(estimate.high == .infinity)
    #expect(estimate.low == 35)
  }

  @Test("The interval of a 95th percentile holds the true one in 95 % of the cases at least")
  func coverage() {
    var random = SplitMix64(seed: 7)
    let held = (0..<600).count { _ in
      let estimate = OrderStatistics((0..<200).map { _ in random.unit() }).quantile(0.95)
      return estimate.low <= 0.95 && 0.95 <= estimate.high
    }
    // 95 % of 600 are 570; three standard deviations of 5.3 below it.
    #expect(held >= 554, "\(held) of 600, seed 7")
  }
}
