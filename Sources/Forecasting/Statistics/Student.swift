import Simulation

/// Student's t distribution.
enum Student {
  /// The 97.5th percentile: half the width of a 95 % interval, in standard errors.
  static func quantile975(freedom: Int) -> Double { SimulationSummary.student95(max(1, freedom)) }
}
