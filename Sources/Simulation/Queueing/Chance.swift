import Scheduling

/// Random numbers of the distributions that forecasts draw from.
package enum Chance {
  /// Log-normal with median 1: e to the power of sigma times a standard normal number.
  package static func logNormal(sigma: Double, _ random: inout SplitMix64) -> Double {
    Logarithm.exponential(sigma * TokenDistribution.normal(&random))
  }
}
