import Scheduling

/// What a run showed.
package struct SimulationReport: Sendable, Equatable {
  /// In the order of the policy.
  package var tiers: [TierReport]
  /// Busy places in batches ÷ places of all servers, while requests arrived, 0 to 1.
  package var utilisation: Double
  /// Requests that waited in the servers' own queues, on average ÷ places of all servers, while requests arrived.
  package var queuedAtServers: Double
  /// The most requests that ever waited in one server's own queue, as a part of its places.
  package var deepestQueueAtServer = 0.0
  /// Of all completed requests: from arrival to last token, in seconds.
  package var meanResponse: Double
  package var longestWait: Double
  /// Broken promises; empty unless the scheduler is wrong.
  package var violations: [Violation]
  /// Of every decision in its order: two runs with the same digest decided the same.
  package var digest: UInt64
  package var steps: Int
  /// Who waited and ran when.
  package var series: TimeSeries

  package func tier(_ name: String) -> TierReport? { tiers.first { $0.name == name } }

  /// The part of all served work that was the tier's, 0 to 1.
  package func share(_ name: String) -> Double {
    let all = tiers.reduce(0.0) { $0 + $1.work }
    return all > 0 ? (tier(name)?.work ?? 0) / all : 0
  }
}

package struct TierReport: Sendable, Equatable {
  package var name: String
  package var arrived = 0
  package var served = 0
  package var refused = 0
  package var evicted = 0
  package var failed = 0
  /// Of those, before the first token: another attempt could have saved them.
  package var failedUnanswered = 0
  package var cancelled = 0
  /// Tokens served, output weighted.
  package var work = 0.0
  /// Seconds from arrival to dispatch, of served requests.
  package var waits = Distribution()
  /// Seconds from arrival to the first token; to the last one where a server does not stream.
  package var firstTokens = Distribution()
  /// Seconds from arrival to the last token.
  package var latencies = Distribution()
  /// Tokens served by tenant.
  package var workByTenant: [UInt64: Double] = [:]
}

package struct Violation: Sendable, Equatable {
  package enum Invariant: String, Sendable { case workConserving = "I1", order = "I2", patience = "I4", ledger = "I5" }

  package var invariant: Invariant
  package var at: Duration
  package var detail: String
}
