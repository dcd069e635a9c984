import ModelClients
import Routing

/// A prompt that wants an answer, from whichever model is best.
package struct RoutedRequest: Sendable {
  package var task: TaskRequest
  package var prompt: String
  package var temperature: Double?
  /// How often another attempt may be made after the first; `nil` for as long as a candidate remains.
  package var retries: Int?
  /// For all of it; `nil` for as long as it takes.
  package var timeout: Duration?

  package init(task: TaskRequest, prompt: String, temperature: Double? = nil, retries: Int? = nil, timeout: Duration? = nil) {
    self.task = task
    self.prompt = prompt
    self.temperature = temperature
    self.retries = retries
    self.timeout = timeout
  }

  /// An estimate: English and code have about four bytes a token.
  static func tokens(_ prompt: String) -> Int { (prompt.utf8.count + 3) / 4 }
}

/// An attempt that came to nothing.
package struct FailedAttempt: Sendable, Equatable {
  package var model: Int
  package var backend: Int
  package var error: ModelCallError
}

package struct RoutedAnswer: Sendable {
  package var decision: Orchestrator.Decision
  package var model: Int
  package var backend: Int
  package var answer: ModelAnswer
  /// Not the model or backend that was chosen first.
  package var fallbackUsed: Bool
  /// Less than what was asked for.
  package var isDegraded: Bool
  package var failed: [FailedAttempt]
  /// From asking the first to the last token of the answer.
  package var seconds: Double
  /// US dollars, from what the server counted, or estimated where it did not.
  package var cost: Double
}

/// Why there is no answer.
package enum RoutingFailure: Error, Sendable {
  /// Nobody may be asked.
  case nobody(Orchestrator.Decision)
  /// Everybody who may be asked was, or as many as the caller allowed.
  case exhausted(Orchestrator.Decision, [FailedAttempt])
  /// The request is wrong; others would say the same.
  case refused(Orchestrator.Decision, FailedAttempt)
  /// The time that the caller allowed is over.
  case timedOut(Orchestrator.Decision, [FailedAttempt])
  /// A limit or a budget does not allow it.
  case notAdmitted(SpendingControl.Admission)
  case cancelled
}
