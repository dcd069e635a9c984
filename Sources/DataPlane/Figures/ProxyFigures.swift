import Scheduling

/// What one proxy says of itself to whoever watches over several: `/figures` of its admin listener.
///
/// Everything counted is counted since the start of the process, so that what several proxies say can be added up: counts, and the
/// histograms of latencies, out of which percentiles come. Percentiles of several proxies cannot be added.
package struct ProxyFigures: Sendable {
  package struct Pool: Sendable {
    package var name: String
    /// Those in service.
    package var backends: [Backend]
    package var tiers: [Tier]
  }

  package struct Backend: Sendable, Equatable {
    package var id: String
    /// One for each tier.
    package var breakers: [BreakerState]
  }

  package struct Tier: Sendable {
    package var waiting: Int
    /// Slots in use.
    package var inUse: Int
    package var counted: DataPlaneStatistics.Tier
  }

  /// Drawn by chance when the process started: what it counted began at 0 then.
  package var instance: String
  /// Of the policy in force; `nil` before the first.
  package var revision: String?
  /// Why a newer policy is not in force.
  package var refusal: String?
  package var pools: [Pool]

  package init(instance: String, revision: String? = nil, refusal: String? = nil, pools: [Pool] = []) {
    self.instance = instance
    self.revision = revision
    self.refusal = refusal
    self.pools = pools
  }

  init(_ context: DataPlaneContext, _ metrics: LoopMetrics) {
    let statistics = DataPlaneStatistics(context, metrics)
    self.init(
      instance: context.instance, revision: statistics.revision, refusal: context.standing.refusal,
      pools: statistics.pools.map { pool in
        Pool(
          name: pool.name,
          backends: pool.scheduler.backends.filter { !$0.draining }.map { Backend(id: $0.id, breakers: $0.breakers) },
          tiers: zip(pool.scheduler.tiers, pool.tiers).map { Tier(waiting: $0.waiting, inUse: $0.inUse, counted: $1) })
      })
  }
}
