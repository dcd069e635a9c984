/// The parameters of a fleet. Only the interval is a time, and it is a sampling rate; every time-out is a multiple of it.
package struct FleetSettings: Sendable, Equatable {
  /// Between two heartbeats of one proxy.
  package var interval: Duration = .milliseconds(100)
  /// News that others wait for is not held back until the next heartbeat, but sent at most this many times an interval.
  package var newsPerInterval = 20
  /// A proxy that was silent for so many of its intervals (and four times its usual lateness) is suspected: it is asked again.
  package var suspectIntervals = 3.0
  /// After so many it counts as crashed, and its part goes to the others.
  package var deadIntervals = 5.0
  /// Lateness counts this many times: four mean deviations, as in TCP's retransmission time-out (RFC 6298).
  package var latenessFactor = 4.0
  /// Addresses that never answered are tried more and more seldom: the interval is doubled at most so often.
  package var maximumDoublings = 5
  /// The most proxies in a fleet: more are not listened to.
  package var maximumMembers = 128
  /// The most bytes of a datagram: below what any path carries in one piece (IPv6's least MTU is 1,280).
  package var maximumDatagram = 1_200

  package init() {}
}
