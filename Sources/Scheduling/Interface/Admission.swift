/// The answer to an arrival, or to a failed attempt that asks for another one.
package enum Admission: Sendable, Equatable {
  /// Admitted: it comes back from `next` as a `Dispatch`, or from `nextEviction`.
  case waiting(Ticket)
  case refused(Refusal)
}

/// Why a request is turned away, and when to come back.
package struct Refusal: Sendable, Equatable {
  package enum Reason: String, Sendable, CaseIterable {
    /// The queue holds as many tickets as it may.
    case queueFull
    /// The wait would be (or has been) longer than the tier's patience.
    case expectedWait
    /// No backend exists, or every one is open for this tier.
    case noBackend
    /// The attempt failed and may not be repeated.
    case retryBudget
  }

  package var reason: Reason
  /// From the drain rate, or from the soonest probe of a backend.
  package var retryAfter: Duration

  package init(reason: Reason, retryAfter: Duration) {
    self.reason = reason
    self.retryAfter = retryAfter
  }
}

/// An admitted ticket that is turned away after all: pushed out by a higher tier, out of patience, or unservable.
package struct Eviction: Sendable, Equatable {
  package var ticket: Ticket
  package var tag: UInt64
  package var refusal: Refusal
}
