/// Who goes first, and with what share: the scheduling words of a QoSPolicy.
package struct SchedulingPolicy: Sendable, Equatable {
  package enum Algorithm: String, Sendable, CaseIterable {
    case workConservingPriority = "work-conserving-priority"
    case strictPriority = "strict-priority"
    case weightedFair = "weighted-fair"
  }

  /// Where the number of slots of a backend comes from.
  package enum CapacitySource: String, Sendable, CaseIterable {
    /// Reported where the model server reports, else inferred.
    case auto
    case reported
    case inferred
  }

  /// Which of the backends with a free slot gets a ticket; never whether or when it goes.
  package enum Placement: String, Sendable, CaseIterable {
    /// The one with the fewest estimated tokens in flight.
    case leastWork = "least-work"
    /// The one that usually gets prompts with this beginning, and so has it in its cache, while that is not too busy.
    case prefixAffinity = "prefix-affinity"
  }

  /// In the order of the policy; never empty, names are distinct.
  package var tiers: [TierPolicy]
  /// The tier of a request that no classification source knows.
  package var defaultTier: String
  package var algorithm: Algorithm
  package var circuitBreakers: Bool
  /// Whether breaker thresholds follow each backend's own baseline.
  package var adaptiveThresholds: Bool
  package var capacity: CapacitySource
  package var placement: Placement

  package init(
    tiers: [TierPolicy], defaultTier: String, algorithm: Algorithm = .workConservingPriority, circuitBreakers: Bool = true,
    adaptiveThresholds: Bool = true, capacity: CapacitySource = .auto, placement: Placement = .leastWork
  ) {
    self.tiers = tiers
    self.defaultTier = defaultTier
    self.algorithm = algorithm
    self.circuitBreakers = circuitBreakers
    self.adaptiveThresholds = adaptiveThresholds
    self.capacity = capacity
    self.placement = placement
  }

  /// What holds where no policy does: enterprise 70/100, premium 20/50, free 10/10; unknown callers are free.
  package static let standard = SchedulingPolicy(
    tiers: [
      TierPolicy(name: "enterprise", weight: 70, priority: 100, sla: .guaranteed, breaker: .strict),
      TierPolicy(name: "premium", weight: 20, priority: 50, sla: .standard, breaker: .moderate),
      TierPolicy(name: "free", weight: 10, priority: 10, sla: .bestEffort, breaker: .lenient),
    ], defaultTier: "free")
}

/// A named class of customers.
package struct TierPolicy: Sendable, Equatable {
  package enum SLA: String, Sendable, CaseIterable {
    case guaranteed
    case standard
    case bestEffort = "best_effort"
  }

  package var name: String
  /// What the tier earns, in relation to the other tiers' weights; 1 to 100.
  package var weight: Int
  /// The tier's rank: higher goes first.
  package var priority: Int
  package var sla: SLA
  package var objective: LatencyObjective
  package var breaker: BreakerPolicy
  /// For the business metrics only: it decides nothing.
  package var revenue: TierRevenue

  package init(
    name: String, weight: Int, priority: Int, sla: SLA, objective: LatencyObjective = .init(), breaker: BreakerPolicy,
    revenue: TierRevenue = .init()
  ) {
    self.name = name
    self.weight = weight
    self.priority = priority
    self.sla = sla
    self.objective = objective
    self.breaker = breaker
    self.revenue = revenue
  }
}

/// Latency promised to a tier, at the 95th percentile; `nil` where nothing is promised.
package struct LatencyObjective: Sendable, Equatable {
  package var timeToFirstToken: Duration?
  package var interTokenLatency: Duration?
  package var endToEnd: Duration?

  package init(timeToFirstToken: Duration? = nil, interTokenLatency: Duration? = nil, endToEnd: Duration? = nil) {
    self.timeToFirstToken = timeToFirstToken
    self.interTokenLatency = interTokenLatency
    self.endToEnd = endToEnd
  }
}

/// When a tier turns away from a backend.
package struct BreakerPolicy: Sendable, Equatable {
  /// The share of requests that may fail, 0 to 1.
  package var errorRate: Double
  /// How many times its baseline latency a backend may take.
  package var latencyTolerance: Double

  package init(errorRate: Double, latencyTolerance: Double) {
    self.errorRate = errorRate
    self.latencyTolerance = latencyTolerance
  }

  package static let strict = BreakerPolicy(errorRate: 0.01, latencyTolerance: 2)
  package static let moderate = BreakerPolicy(errorRate: 0.05, latencyTolerance: 5)
  package static let lenient = BreakerPolicy(errorRate: 0.20, latencyTolerance: 10)
}
