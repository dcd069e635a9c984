import Scheduling

/// What is remembered of the request under way, to account for it when it is over. Numbers only: nothing here allocates.
package struct RequestRecord: Sendable {
  package var arrivedAt = MonotonicTime.zero
  /// Since when it waits for a slot: the arrival, or the failure of an attempt.
  package var waitingSince = MonotonicTime.zero
  /// Of the last attempt.
  package var dispatchedAt = MonotonicTime.zero
  /// The first part of a streamed answer's body.
  package var firstTokenAt: MonotonicTime?
  /// Nanoseconds in the queue, all attempts together.
  package var waited: UInt64 = 0
  package var attempts = 0
  /// The number of the last attempt's address.
  package var endpoint = -1
  /// A number that stands for the tenant; 0 when unknown.
  package var tenant: UInt64 = 0
  package var asksForStream = false
  /// What the caller set as the most; 0 when nothing.
  package var maximumOutputTokens = 0
  package var estimatedPromptTokens = 0
  /// As the model server reports them.
  package var promptTokens: Int?
  package var outputTokens: Int?
  /// By counting events.
  package var estimatedOutputTokens: Int?
  /// Of the request as it came, and of the answer as it went.
  package var bytesIn = 0
  package var bytesOut = 0

  init() {}

  init(arrivedAt: MonotonicTime, bytes: Int) {
    self.arrivedAt = arrivedAt
    waitingSince = arrivedAt
    bytesIn = bytes
  }

  mutating func dispatched(to endpoint: Int, now: MonotonicTime) {
    waited &+= now.nanoseconds &- waitingSince.nanoseconds
    dispatchedAt = now
    self.endpoint = endpoint
    attempts += 1
  }

  /// Nanoseconds from the arrival.
  package var timeToFirstToken: UInt64? { firstTokenAt.map { $0.nanoseconds &- arrivedAt.nanoseconds } }

  package var knownOutputTokens: Int? { outputTokens ?? estimatedOutputTokens }

  /// Prompt and output, as reported or else as estimated.
  package var tokens: Int { (promptTokens ?? estimatedPromptTokens) + (knownOutputTokens ?? 0) }

  /// The mean gap between two tokens of a streamed answer, in nanoseconds: from the first token to the last, divided by the number of
  /// gaps. `nil` with fewer than two tokens.
  func gap(until lastToken: MonotonicTime) -> UInt64? {
    guard let firstTokenAt, let count = knownOutputTokens, count > 1 else { return nil }
    return (lastToken.nanoseconds &- firstTokenAt.nanoseconds) / UInt64(count - 1)
  }
}
