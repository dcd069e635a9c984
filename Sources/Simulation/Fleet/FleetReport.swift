import Fleet
import Scheduling

/// What a run of a fleet showed. Counts are of requests that arrived after the warm-up.
package struct FleetReport: Sendable {
  package struct Proxy: Sendable {
    /// By tier, in the order of the policy.
    package var tiers: [TierReport]
    package var events: [FleetEvent] = []
    package var counters = FleetCounters()
    package var served: Int { tiers.reduce(0) { $0 + $1.served } }
  }

  package var proxies: [Proxy]
  /// Busy places ÷ places of all servers, while requests arrived and after the warm-up, 0 to 1.
  package var utilisation: Double
  /// Requests in the servers' own queues ÷ places, in the same time.
  package var queuedAtServers: Double
  /// The most requests that ever waited in one server's own queue, after the warm-up.
  package var longestServerQueue: Int
  /// The part of the time, after the warm-up, in which the proxies' parts of some server added up to more than its places.
  package var overCommitted: Double
  /// Requests lost with a proxy that crashed.
  package var lost: Int
  /// Requests that were neither answered nor refused nor lost: empty unless something is wrong.
  package var unaccounted: Int
  package var longestWait: Double
  package var digest: UInt64

  package func served(_ tier: Int) -> Int { proxies.reduce(0) { $0 + $1.tiers[tier].served } }
}
