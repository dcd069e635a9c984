/// How an answer's length stretches its duration: a running least-squares fit of `duration = a + b × output tokens`.
///
/// Limits and breakers compare latencies; without this a long answer would be taken for a slow server. Only the shape is
/// used (`factor`, 1 for an answer of mean length), so that load, which stretches a and b alike, cancels out.
package struct LengthModel: Sendable, Equatable {
  private static let horizon = 512.0
  private static let clip = 8.0

  private var count = 0
  private var meanTokens = 0.0
  private var meanSeconds = 0.0
  private var variance = 0.0
  private var covariance = 0.0

  package init() {}

  package mutating func add(outputTokens: Int, seconds: Double) {
    guard outputTokens > 0, seconds.isFinite, seconds > 0 else { return }
    count += 1
    let rate = max(1 / Double(count), 1 / Self.horizon)
    let usual = meanSeconds * factor(outputTokens: outputTokens)
    let clipped = count > 4 ? min(max(seconds, usual / Self.clip), usual * Self.clip) : seconds
    let tokens = Double(outputTokens) - meanTokens
    let time = clipped - meanSeconds
    // West's update of exponentially weighted moments.
    meanTokens += rate * tokens
    meanSeconds += rate * time
    variance = (1 - rate) * (variance + rate * tokens * tokens)
    covariance = (1 - rate) * (covariance + rate * tokens * time)
  }

  /// How many times longer than an answer of mean length this one takes; 1 when its length is unknown.
  package func factor(outputTokens: Int?) -> Double {
    guard let outputTokens, outputTokens > 0, count >= 4, variance > 0, meanSeconds > 0 else { return 1 }
    // Neither a negative price per token nor a negative fixed part makes sense.
    let slope = min(max(covariance / variance, 0), meanSeconds / meanTokens)
    return max(1 + slope * (Double(outputTokens) - meanTokens) / meanSeconds, 1 / Self.clip)
  }
}
