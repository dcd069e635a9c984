import Scheduling

extension PoolState {
  /// What a scheduler says of itself, in the words of the wire.
  package init(_ pool: UInt64, _ demand: PoolDemand) {
    self.init(
      pool: pool, reference: demand.reference ?? .zero,
      tiers: demand.tiers.map {
        TierDemand(
          tier: FleetName.hash($0.name), inUse: $0.inUse, waiting: $0.waiting, isStarved: $0.isStarved)
      },
      backends: demand.backends.map {
        BackendClaim(
          backend: FleetName.hash($0.id), limit: $0.limit, inUse: $0.inUse, isReported: $0.isReported, isUsable: $0.isUsable)
      })
  }
}
