/// What a reconciler wants done, in order, and when it wants to look again.
///
/// A reconciler is a pure function from a snapshot to a decision; the executor performs it and has no choices left.
package struct Decision: Sendable, Equatable {
  package var actions: [Action]
  /// Look at this key again after this long, whatever happens; `nil` waits for the next change.
  package var requeueAfter: Duration?

  package init(_ actions: [Action] = [], requeueAfter: Duration? = nil) {
    self.actions = actions
    self.requeueAfter = requeueAfter
  }

  package static let nothing = Decision()
}
