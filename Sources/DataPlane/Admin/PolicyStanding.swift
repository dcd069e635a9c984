import Synchronization

/// How the newest policy fared: whether it is in force, or why not.
final class PolicyStanding: Sendable {
  private let state = Mutex<String?>(nil)

  /// Why the newest policy was refused, while the one before it stays in force; `nil` when it was taken.
  var refusal: String? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
