/// What one or more runs of a scenario with different seeds showed together.
package struct SimulationSummary: Sendable {
  /// The mean over the runs, and how far the true mean may be from it.
  package struct Estimate: Sendable, Equatable {
    package var mean: Double
    /// Half the width of the 95 % confidence interval; 0 for a single run.
    package var margin: Double
  }

  /// By seed, in the order of the runs; never empty.
  package let reports: [SimulationReport]
  package let seeds: [UInt64]

  package init(_ runs: [(seed: UInt64, report: SimulationReport)]) {
    reports = runs.map(\.report)
    seeds = runs.map(\.seed)
  }

  package var tiers: [String] { reports.first?.tiers.map(\.name) ?? [] }
  package var seedText: String {
    guard let first = seeds.first, let last = seeds.last else { return "no seed" }
    return seeds.count == 1 ? "seed \(first)" : "seeds \(first) to \(last)"
  }

  package func estimate(_ figure: Figure, tier: String? = nil) -> Estimate {
    let values = reports.map { figure.value(in: $0, tier: tier) }
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    guard values.count > 1 else { return Estimate(mean: mean, margin: 0) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    return Estimate(mean: mean, margin: Self.student95(values.count - 1) * error)
  }

  /// The 97.5th percentile of Student's t distribution, by degrees of freedom; from 30 on it is near 2.
  package static func student95(_ freedom: Int) -> Double {
    let table = [
      12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
      2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045,
    ]
    return freedom <= table.count ? table[freedom - 1] : 2
  }
}
