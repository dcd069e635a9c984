/// "Is the rate over the threshold?", asked after every event and answered with a stated confidence.
///
/// Page's cumulative test (Biometrika 1954): the likelihood ratio of "the rate is `alternative`" against "the rate is
/// `accepted`" is multiplied up, never below one, and the answer is yes once it passes the odds. It needs no window, forgets
/// good times at once, and a single failure in ten is not "over 1 %".
package struct SequentialTest: Sendable, Equatable {
  /// What has been seen must be this many times more likely on a sick backend than on a healthy one.
  private static let odds = 500.0

  private let ratioOfBad: Double
  private let ratioOfGood: Double
  private var likelihood = 1.0

  /// Rates between 0 and 1, the accepted one below the alternative.
  package init(accepted: Double, alternative: Double) {
    let accepted = min(max(accepted, 1e-4), 0.98)
    let alternative = min(max(alternative, accepted * 1.01), 0.99)
    ratioOfBad = alternative / accepted
    ratioOfGood = (1 - alternative) / (1 - accepted)
  }

  package var isOver: Bool { likelihood >= Self.odds }

  package mutating func add(bad: Bool) { likelihood = max(1, likelihood * (bad ? ratioOfBad : ratioOfGood)) }
  package mutating func reset() { likelihood = 1 }
}
