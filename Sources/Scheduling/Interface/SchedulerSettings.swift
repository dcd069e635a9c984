/// The scheduler's parameters. None is a number of seconds: waits are in multiples of the reference service time.
package struct SchedulerSettings: Sendable, Equatable {
  /// The most tickets that wait at once: the bound of memory, not of waiting time.
  package var maximumWaiting = 65_536
  /// The most tickets that wait while nothing is known about service times.
  package var maximumWaitingUnmeasured = 1_024
  /// Patience of the highest tier, in reference service times: a ticket that waited longer has starved.
  package var shortestPatience = 1.0
  /// Patience of the lowest tier; the tiers between are spread evenly.
  package var longestPatience = 4.0
  /// A ticket whose expected wait is longer, in reference service times, is refused at the door.
  package var refusalWait = 6.0
  /// A ticket that has waited longer, in reference service times, is turned away: below 10, the promise to those who are admitted.
  package var longestWait = 9.0
  /// The limit of a backend of which nothing is known.
  package var initialLimit = 4
  /// The highest limit that is ever inferred.
  package var maximumLimit = 4_096
  /// The most work that affinity may put on a backend, in relation to what its slots' part of all work in flight would be. HAProxy's
  /// `hash-balance-factor` and Envoy's `hash_balance_factor` are the same knob; both advise 1.25 to 2.
  package var affinityLoadFactor = 1.5
  /// A key-value cache in use to this part is full.
  package var fullCache = 0.95
  /// A report older than this many reporting intervals no longer counts.
  package var staleIntervals = 5.0
  /// Retried tickets, waiting and running, as a part of all live tickets.
  package var retryShare = 0.4
  /// Retries that are allowed whatever the live traffic.
  package var retryMinimum = 3
  /// The most attempts for one ticket.
  package var maximumAttempts = 3
  /// A tripped breaker stays open for this many baseline latencies at first, then twice as many after each failed probe.
  package var openLatencies = 1.0
  /// How often that time is doubled at most.
  package var maximumDoublings = 5
  /// Successful probes in a row that close a breaker.
  package var probesToClose = 3

  package init() {}
}
