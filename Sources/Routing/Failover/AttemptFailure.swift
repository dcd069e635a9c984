import Scheduling

/// How asking a backend failed.
package enum AttemptFailure: Sendable, Equatable {
  /// No answer, or an answer of 5xx.
  case backend(FailureKind)
  /// 429: it has no room for us now.
  case overloaded
  /// An answer of 4xx, but 429.
  case refused(status: Int)
  /// Whoever asked went away.
  case cancelled

  /// Whether somebody else may be asked, as long as nothing of an answer has been passed on: a completion changes nothing anywhere, so
  /// asking twice costs money at most. A request that is wrong by itself (400, 422, too large) is as wrong everywhere; a key that is not
  /// accepted, or a model that is not known, is this backend's fault.
  package var mayAskAnother: Bool {
    switch self {
    case .backend, .overloaded: true
    case .refused(let status): [401, 402, 403, 404, 405, 408, 409, 410, 425].contains(status)
    case .cancelled: false
    }
  }

  /// What it says about the backend.
  var verdict: CircuitBreaker.Verdict {
    switch self {
    case .backend, .overloaded: .failed
    case .refused: mayAskAnother ? .failed : .good
    case .cancelled: .nothing
    }
  }
}
