/// The state of a pool as numbers for metrics and status: a snapshot, built on request.
package struct SchedulerStatistics: Sendable, Equatable {
  /// In the order of the policy.
  package var tiers: [TierStatistics]
  /// Backends in service and those that still drain, by index; indices may have gaps.
  package var backends: [BackendStatistics]
  /// The sum of the limits of all backends in service.
  package var capacity: Int
  /// What a request takes on this pool today; `nil` before the first completion.
  package var referenceServiceTime: Duration?
  /// `nil` until a first token has been timed.
  package var timeToFirstToken: Duration?
  /// `nil` until an answer of known length has been timed.
  package var timePerOutputToken: Duration?

  package var waiting: Int { tiers.reduce(0) { $0 + $1.waiting } }
  package var inUse: Int { backends.reduce(0) { $0 + $1.inUse } }
}

package struct TierStatistics: Sendable, Equatable {
  package var name: String
  package var waiting: Int
  /// Slots in use.
  package var inUse: Int
  /// The part of the capacity that the tier's weight earns among the tiers that have demand now, 0 to 1; 0 without demand.
  package var entitlement: Double
  /// The part of recently dispatched work that was the tier's, 0 to 1.
  package var share: Double
  /// Tokens of work that the tier is owed (or, when negative, has taken in advance).
  package var owed: Double
  /// What a ticket that arrives now would wait; `nil` before anything was measured.
  package var expectedWait: Duration?
  /// Totals since the start.
  package var dispatched: UInt64
  package var succeeded: UInt64
  package var failed: UInt64
  package var cancelled: UInt64
  package var retried: UInt64
  /// At the door, by reason.
  package var refused: [Refusal.Reason: UInt64]
  /// After admission, by reason.
  package var evicted: [Refusal.Reason: UInt64]
}

package struct BackendStatistics: Sendable, Equatable {
  package var index: Int
  package var id: String
  /// Removed from the policy; its running requests finish.
  package var draining: Bool
  package var limit: Int
  package var limitReason: LimitReason
  package var inUse: Int
  /// Estimated tokens of the requests in flight.
  package var workInFlight: Int
  /// Latency of this backend in relation to the pool's expectation; 1 is typical, `nil` before anything was measured.
  package var latencyRatio: Double?
  /// One for each tier, in the order of the policy.
  package var breakers: [BreakerState]
  /// How often each tier's breaker has opened since the backend came; one for each tier, in the order of the policy.
  package var breakerTrips: [UInt64]
}

/// What decides a backend's limit at the moment.
package enum LimitReason: String, Sendable, CaseIterable {
  /// Inferred: nothing has been measured yet.
  case starting
  /// Inferred: it still grows with every window of measurement.
  case growing
  /// Inferred: it has found the knee, and holds.
  case steady
  /// Inferred: another limit is being tried.
  case probing
  /// Reported: the server has room up to the maximum it states.
  case reportedMaximum
  /// Reported: the server states no maximum, has no queue, and has room in its cache.
  case reportedRoom
  /// Reported: the server has a queue of its own.
  case reportedQueue
  /// Reported: the server's key-value cache is near full.
  case reportedCache
}

package enum BreakerState: String, Sendable, CaseIterable {
  case closed
  case halfOpen
  case open
}
