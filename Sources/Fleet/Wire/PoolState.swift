/// What one proxy announces of one pool: what it needs, what it holds, and what it knows of the servers.
package struct PoolState: Sendable, Equatable {
  /// `FleetName` of the pool.
  package var pool: UInt64
  /// What a request takes there today; zero while nothing is known.
  package var reference: Duration
  package var tiers: [TierDemand]
  package var backends: [BackendClaim]

  package init(pool: UInt64, reference: Duration = .zero, tiers: [TierDemand] = [], backends: [BackendClaim] = []) {
    self.pool = pool
    self.reference = reference
    self.tiers = tiers
    self.backends = backends
  }

  func demand(of tier: UInt64) -> TierDemand? { tiers.first { $0.tier == tier } }
  func claim(on backend: UInt64) -> BackendClaim? { backends.first { $0.backend == backend } }
  var isWaiting: Bool { tiers.contains { $0.waiting > 0 } }
}

/// The requests of one tier at one proxy.
package struct TierDemand: Sendable, Equatable {
  /// `FleetName` of the tier.
  package var tier: UInt64
  package var inUse: Int
  package var waiting: Int
  /// Slots in use, averaged over the last service times: whose turn it is to have a slot that cannot be divided.
  package var recentUse: Double
  /// It has waited longer than its tier's patience.
  package var isStarved: Bool

  package init(tier: UInt64, inUse: Int, waiting: Int, recentUse: Double = 0, isStarved: Bool = false) {
    self.tier = tier
    self.inUse = inUse
    self.waiting = waiting
    self.recentUse = recentUse
    self.isStarved = isStarved
  }

  var demand: Int { inUse + waiting }
}

/// One backend as one proxy sees and uses it.
package struct BackendClaim: Sendable, Equatable {
  /// `FleetName` of the backend's id.
  package var backend: UInt64
  /// How many requests the server should run at once for the whole fleet, as far as this proxy knows.
  package var limit: Int
  /// Slots that this proxy may fill at any moment, or has filled: nobody else takes them.
  package var claim: Int
  package var inUse: Int
  /// The limit comes from the server itself.
  package var isReported: Bool
  /// Some tier's breaker lets this proxy use it.
  package var isUsable: Bool

  package init(backend: UInt64, limit: Int, claim: Int = 0, inUse: Int = 0, isReported: Bool = true, isUsable: Bool = true) {
    self.backend = backend
    self.limit = limit
    self.claim = claim
    self.inUse = inUse
    self.isReported = isReported
    self.isUsable = isUsable
  }
}
