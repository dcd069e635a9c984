/// What requests take on this pool today, learned from completions.
package struct ServiceTimes: Sendable, Equatable {
  /// Completions before a mean is trusted with decisions.
  private static let enough = 8

  /// Service times, in seconds.
  private(set) var service = MovingAverage(horizon: 64)
  /// The same, with the answer's length taken out.
  private(set) var normalised = MovingAverage(horizon: 16, clip: 64)
  private(set) var firstToken = MovingAverage(horizon: 64)
  private(set) var perOutputToken = MovingAverage(horizon: 64)
  /// Work of a request, in tokens.
  private(set) var cost = MovingAverage(horizon: 256)
  private(set) var length = LengthModel()

  /// The unit of every threshold in time, in seconds; `nil` until enough completions have been seen.
  var reference: Double? { service.count >= Self.enough && service.mean > 0 ? service.mean : nil }
  /// In tokens; 1 before anything has been dispatched.
  var meanCost: Double { max(cost.value ?? 1, 1) }

  mutating func dispatched(cost tokens: Int) { cost.add(Double(tokens)) }

  /// Takes in a completion and returns its duration as an answer of mean length would have taken, in seconds.
  mutating func completed(seconds: Double, secondsToFirstToken: Double?, outputTokens: Int?) -> Double {
    service.add(seconds)
    if let outputTokens { length.add(outputTokens: outputTokens, seconds: seconds) }
    if let secondsToFirstToken {
      firstToken.add(secondsToFirstToken)
      if let outputTokens, outputTokens > 1 { perOutputToken.add((seconds - secondsToFirstToken) / Double(outputTokens - 1)) }
    }
    let typical = seconds / length.factor(outputTokens: outputTokens)
    normalised.add(typical)
    return typical
  }
}
