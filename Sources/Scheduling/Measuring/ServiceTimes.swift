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
  /// Tokens of an answer.
  private(set) var answer = MovingAverage(horizon: 256)
  /// How long the requests in flight at a backend have been there on average, in seconds, seen when one joins them.
  private var age = MovingAverage(horizon: 256, clip: 4)

  /// The unit of every threshold in time, in seconds; `nil` until enough completions have been seen.
  var reference: Double? { service.count >= Self.enough && service.mean > 0 ? service.mean : nil }
  /// In tokens; 1 before anything has been dispatched.
  var meanCost: Double { max(cost.value ?? 1, 1) }

  /// Tokens that an answer will have, as far as one can know before: what its request says, else what answers are long lately, up to
  /// the bound of its request. The bound alone is a bad guess: clients ask for thousands and get hundreds.
  /// - Returns: 0 when nothing is known of the request, or nothing has been measured and there is no bound.
  func expectedOutput(of arrival: Arrival) -> Int {
    if arrival.outputTokens > 0 { return arrival.outputTokens }
    guard arrival.promptTokens > 0 || arrival.maximumOutputTokens > 0 else { return 0 }
    guard answer.count >= Self.enough else { return max(0, arrival.maximumOutputTokens) }
    let usual = Int(answer.mean.rounded())
    return arrival.maximumOutputTokens > 0 ? min(usual, arrival.maximumOutputTokens) : usual
  }

  /// In seconds; `nil` until it means anything.
  var usualAge: Double? { age.count >= 4 * Self.enough ? age.mean : nil }

  mutating func noteAge(_ seconds: Double) { age.add(seconds) }
  mutating func dispatched(cost tokens: Int) { cost.add(Double(tokens)) }

  /// Takes in a completion and returns its duration as an answer of mean length would have taken, in seconds.
  mutating func completed(seconds: Double, secondsToFirstToken: Double?, outputTokens: Int?) -> Double {
    service.add(seconds)
    if let outputTokens {
      length.add(outputTokens: outputTokens, seconds: seconds)
      if outputTokens > 0 { answer.add(Double(outputTokens)) }
    }
    if let secondsToFirstToken {
      firstToken.add(secondsToFirstToken)
      if let outputTokens, outputTokens > 1 { perOutputToken.add((seconds - secondsToFirstToken) / Double(outputTokens - 1)) }
    }
    let typical = seconds / length.factor(outputTokens: outputTokens)
    normalised.add(typical)
    return typical
  }
}
