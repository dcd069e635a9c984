/// A model server: a batch of at most `maximumSequences` requests that slow one another down, and a first come, first served
/// queue in front of it.
///
/// A request alone takes `firstToken + promptTokens × perPromptToken + outputTokens × perToken`; with n in the batch,
/// `1 + slowdown × (n − 1)` times as long.
package struct ServerModel: Sendable {
  package var maximumSequences: Int
  package var firstToken: Duration
  package var perToken: Duration
  /// What each token of the prompt adds to the time to the first token.
  package var perPromptToken = Duration.zero
  package var slowdown: Double
  /// Durations vary evenly by this part each way, 0 to 1.
  package var jitter: Double
  /// Whether it answers when asked for its metrics; the limit is inferred when it does not.
  package var reports: Bool
  /// Whether a report says how many requests the server runs at most; vLLM's does not.
  package var statesMaximum = true
  /// Whether an answer begins with its first token; it comes all at once at its end otherwise.
  package var streams = true

  package init(
    maximumSequences: Int, firstToken: Duration, perToken: Duration = .zero, slowdown: Double = 0, jitter: Double = 0,
    reports: Bool = true
  ) {
    self.maximumSequences = max(1, maximumSequences)
    self.firstToken = firstToken
    self.perToken = perToken
    self.slowdown = slowdown
    self.jitter = min(max(jitter, 0), 1)
    self.reports = reports
  }
}
