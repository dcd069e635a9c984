/// When a failed request is sent again within the same call: transient failures of requests that are safe to repeat.
///
/// Everything else is the work queue's business, which looks at the world again before it acts again.
package struct RetryPolicy: Sendable, Equatable {
  /// How often a request is sent at most.
  package var attempts: Int
  /// The time from the first sending to the last.
  package var deadline: Duration
  package var backoff: Backoff

  package init(
    attempts: Int = 3, deadline: Duration = .seconds(30), backoff: Backoff = Backoff(base: .milliseconds(200), maximum: .seconds(5))
  ) {
    self.attempts = attempts
    self.deadline = deadline
    self.backoff = backoff
  }

  package static let standard = RetryPolicy()
  package static let never = RetryPolicy(attempts: 1)

  /// How long to wait before sending again; `nil` to give up.
  ///
  /// - Parameters:
  ///   - sent: how often the request has been sent.
  ///   - elapsed: since it was first sent.
  ///   - random: in 0..<1, for the jitter.
  package func delay(after error: KubeError, _ request: APIRequest, sent: Int, elapsed: Duration, random: Double) -> Duration? {
    guard request.isIdempotent, sent < attempts, isTransient(error) else { return nil }
    let delay = error.status?.retryAfter ?? backoff.delay(sent - 1, random: random)
    return elapsed + delay < deadline ? delay : nil
  }

  private func isTransient(_ error: KubeError) -> Bool {
    switch error {
    case .status(let status): [429, 500, 502, 503, 504].contains(status.code)
    case .transport(_, let isTransient): isTransient
    case .decode, .cancelled: false
    }
  }
}
