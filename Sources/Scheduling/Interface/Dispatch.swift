/// The decision that a ticket goes now, and where.
package struct Dispatch: Sendable, Equatable {
  /// The rule of `Scheduler.next` that chose the ticket.
  package enum Rule: String, Sendable, CaseIterable {
    /// Rule 1: it has waited longer than its tier's patience, and its tier is owed work.
    case starved
    /// Rule 2: of the tiers that are owed work, its tier has the highest priority.
    case owed
    /// Rule 3: of the waiting tiers, its tier has the highest priority.
    case priority
    /// Weighted-fair: of the waiting tiers, its tier is owed the most for its weight.
    case fair
  }

  package var ticket: Ticket
  package var tag: UInt64
  /// See `Scheduler.backend(at:)`.
  package var backend: Int
  /// Since the arrival, in nanoseconds.
  package var waitedNanoseconds: UInt64
  package var rule: Rule

  /// Since the arrival.
  package var waited: Duration { .nanoseconds(Int64(clamping: waitedNanoseconds)) }
}
