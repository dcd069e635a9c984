import Scheduling

/// How many tokens prompts or answers have.
package enum TokenDistribution: Sendable, Equatable {
  case fixed(Int)
  /// Every number from one to the other is equally likely.
  case uniform(least: Int, most: Int)
  /// Log-normal, which is what lengths of recorded prompts and answers look like: half are shorter than the median, 5 % are longer
  /// than `p95`.
  case logNormal(median: Double, p95: Double)

  /// The 95th percentile of the standard normal distribution.
  private static let normal95 = 1.644_853_626_951_472_7
  /// No request is longer than this, whatever chance says.
  package static let longest = 1 << 20

  private static func sigma(_ median: Double, _ p95: Double) -> Double { Logarithm.natural(p95 / median) / normal95 }

  package var mean: Double {
    switch self {
    case .fixed(let tokens): Double(tokens)
    case .uniform(let least, let most): Double(least + most) / 2
    case .logNormal(let median, let p95):
      // The mean of a log-normal distribution: median × e^(σ² ÷ 2).
      median * Logarithm.exponential(Self.sigma(median, p95) * Self.sigma(median, p95) / 2)
    }
  }

  func sample(_ random: inout SplitMix64) -> Int {
    switch self {
    case .fixed(let tokens): return tokens
    case .uniform(let least, let most): return least + Int(random.next() % UInt64(most - least + 1))
    case .logNormal(let median, let p95):
      let value = median * Logarithm.exponential(Self.sigma(median, p95) * Self.normal(&random))
      return max(1, Int(min(value, Double(Self.longest)).rounded()))
    }
  }

  /// A standard normal number, by Marsaglia's polar method (1964): it needs no trigonometry.
  static func normal(_ random: inout SplitMix64) -> Double {
    while true {
      let (x, y) = (2 * random.unit() - 1, 2 * random.unit() - 1)
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * Logarithm.natural(square) / square).squareRoot() }
    }
  }
}
