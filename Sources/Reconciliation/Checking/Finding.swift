import Kubernetes

/// Why a condition does not hold: what the first check that failed has found.
struct Finding: Equatable {
  var status: Condition.Status
  /// One CamelCase word.
  var reason: String
  /// A sentence: what is, and what to do about it.
  var message: String

  init(_ reason: String, _ message: String, status: Condition.Status = .no) {
    self.status = status
    self.reason = reason
    self.message = message
  }

  /// The first finding of an ordered list of checks; `nil` when all pass.
  static func first<Input>(_ input: Input, _ checks: [(Input) -> Finding?]) -> Finding? {
    for check in checks { if let finding = check(input) { return finding } }
    return nil
  }
}

extension Condition {
  /// True with `reason` and `message` when nothing was found, else what was found.
  init(_ type: String, finding: Finding?, else reason: String, _ message: String, generation: Int) {
    self.init(
      type, finding?.status ?? .yes, reason: finding?.reason ?? reason, message: finding?.message ?? message, observedGeneration: generation
    )
  }
}
