/// How an attempt at a backend ended.
package enum Outcome: Sendable, Equatable {
  /// Answered in full; tokens as the model server counted them, when it said so.
  case success(outputTokens: Int?, promptTokens: Int?)
  case failure(FailureKind)
  /// Ended from our side: says nothing about the backend.
  case cancelled

  package static let success = Outcome.success(outputTokens: nil, promptTokens: nil)
}

/// The ways in which a backend fails.
package enum FailureKind: String, Sendable, CaseIterable {
  case connect
  case reset
  case status5xx
  case timeout
}
