import Simulation

/// The binomial distribution, exactly: how many of n independent trials succeed.
struct Binomial: Sendable {
  let trials: Int
  /// ln(n! ÷ (k! (n − k)!)) by k.
  private let logarithms: [Double]

  init(trials: Int) {
    self.trials = max(0, trials)
    var factorials = [0.0]
    for number in stride(from: 1, through: self.trials, by: 1) {
      factorials.append(factorials[number - 1] + Logarithm.natural(Double(number)))
    }
    let all = factorials[self.trials]
    let count = self.trials
    logarithms = (0...count).map { all - factorials[$0] - factorials[count - $0] }
  }

  /// P(at most k) for every k from 0 to all, for a chance above 0 and below 1.
  func cumulative(chance: Double) -> [Double] {
    let (yes, no) = (Logarithm.natural(chance), Logarithm.natural(1 - chance))
    var sum = 0.0
    return logarithms.enumerated().map { successes, logarithm in
      sum += Logarithm.exponential(logarithm + Double(successes) * yes + Double(trials - successes) * no)
      return min(1, sum)
    }
  }

  /// P(at most `successes`), for a chance of 0 to 1.
  func atMost(_ successes: Int, chance: Double) -> Double {
    guard successes >= 0 else { return 0 }
    guard successes < trials, chance > 0 else { return 1 }
    guard chance < 1 else { return 0 }
    let (yes, no) = (Logarithm.natural(chance), Logarithm.natural(1 - chance))
    return min(1, (0...successes).reduce(0) { $0 + Logarithm.exponential(logarithms[$1] + Double($1) * yes + Double(trials - $1) * no) })
  }

  /// The chance that gave `successes`, with its 95 % interval (Clopper and Pearson, 1934): never too narrow.
  func chance(successes: Int) -> Estimate {
    guard trials > 0 else { return Estimate(value: 0, low: 0, high: 1) }
    let low = successes == 0 ? 0 : Self.bisect { 1 - atMost(successes - 1, chance: $0) < 0.025 }
    let high = successes == trials ? 1 : Self.bisect { atMost(successes, chance: $0) > 0.025 }
    return Estimate(value: Double(successes) / Double(trials), low: low, high: high)
  }

  /// The largest argument from 0 to 1 for which a condition holds that holds below some point only.
  private static func bisect(_ holds: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
