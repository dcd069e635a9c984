/// What several schedulers in front of one backend have agreed upon for this one of them.
package struct BackendPart: Sendable, Equatable {
  /// Slots that this scheduler may fill.
  package var slots: Int
  /// Slots that the others have in use, as far as is known: part of what the server reports, and of the load that its latency shows.
  package var elsewhere: Int
  /// The limit that another scheduler has found for all; `nil` when this one is to find it.
  package var followed: Int?

  package init(slots: Int, elsewhere: Int, followed: Int? = nil) {
    self.slots = slots
    self.elsewhere = elsewhere
    self.followed = followed
  }
}
