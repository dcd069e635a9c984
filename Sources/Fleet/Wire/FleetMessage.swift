/// One datagram from one proxy to another.
package struct FleetMessage: Sendable, Equatable {
  package enum Kind: UInt8, Sendable, CaseIterable {
    /// "I am here": carries no state, and is answered. The only kind that is heeded without a proof of freshness, see `to`.
    case hello = 0
    /// Sent every interval.
    case heartbeat = 1
    /// Between two heartbeats: something that others wait for.
    case news = 2
    /// A heartbeat of a proxy that takes no new requests and ends when those it has are done.
    case leaving = 3
    /// It has ended.
    case left = 4
  }

  package var kind: Kind
  /// Drawn by chance at each start of a proxy: one that is started again is another one.
  package var from: UInt64
  /// The receiver, as the sender knows it from a message of the receiver; 0 when it has heard none. Whatever was recorded before the
  /// receiver's start does not have it and cannot be played back to it.
  package var to: UInt64
  /// Rises with every datagram of a sender: an old one is not heeded again.
  package var sequence: UInt64
  /// The sender's.
  package var interval: Duration
  package var pools: [PoolState]

  package init(kind: Kind, from: UInt64, to: UInt64, sequence: UInt64, interval: Duration, pools: [PoolState] = []) {
    self.kind = kind
    self.from = from
    self.to = to
    self.sequence = sequence
    self.interval = interval
    self.pools = pools
  }
}
