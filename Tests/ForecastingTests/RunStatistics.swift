import Scheduling
import Simulation

/// Means and percentiles over independent runs of one scenario, with standard errors.
struct RunStatistics {
  struct Figure {
    var mean: Double
    /// Of the mean over the runs.
    var error: Double

    /// How many standard errors `theory` is away.
    func distance(to theory: Double) -> Double { (mean - theory).magnitude / error }
  }

  let runs: [QueueReport]

  init(_ scenario: QueueScenario, runs: Int, seed: UInt64) {
    var seeds = SplitMix64(seed: seed)
    self.runs = (0..<runs).map { _ in
      var scenario = scenario
      scenario.seed = seeds.next()
      return QueueSimulation.run(scenario)
    }
  }

  func figure(_ value: (QueueReport) -> Double) -> Figure {
    let values = runs.map(value)
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Figure(mean: mean, error: (squares / Double(values.count - 1) / Double(values.count)).squareRoot())
  }

  func mean(_ path: KeyPath<QueueReport.Request, Double>) -> Figure {
    figure { report in report.requests.reduce(0) { $0 + $1[keyPath: path] } / Double(report.requests.count) }
  }

  func quantile(_ part: Double, _ path: KeyPath<QueueReport.Request, Double>) -> Figure {
    figure { report in
      let sorted = report.requests.map { $0[keyPath: path] }.sorted()
      return sorted[Int((part * Double(sorted.count)).rounded(.up)) - 1]
    }
  }
}
