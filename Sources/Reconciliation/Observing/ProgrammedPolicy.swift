import Scheduling

/// What the data plane of one namespace runs, and a sample of how it does.
///
/// The sample should change only every few seconds: a status is written whenever it differs, and writing it brings the object
/// back to its reconciler.
package struct ProgrammedPolicy: Sendable, Equatable {
  /// ``TrafficPolicy/revision`` of what is in force.
  package var revision: String
  /// ``CompiledPolicy/policyGenerations`` of what is in force.
  package var policyGenerations: [String: Int]
  /// Why the last policy was refused, when it was; the one before stays in force.
  package var problem: String?
  /// Why the last policy is not in force yet, where that takes time.
  package var pending: String?
  /// By name of the pool, which is that of the ModelDeployment.
  package var pools: [String: PoolFigures]

  package init(
    revision: String, policyGenerations: [String: Int] = [:], problem: String? = nil, pools: [String: PoolFigures] = [:]
  ) {
    self.revision = revision
    self.policyGenerations = policyGenerations
    self.problem = problem
    self.pools = pools
  }
}

/// How a pool does.
package struct PoolFigures: Sendable, Equatable {
  /// Model servers in service.
  package var backends: Int
  package var tiers: [TierFigures]
  /// What callers got in the last minute, at the 95th percentile in milliseconds; `nil` where nothing was measured.
  package var ttftP95: Double?
  package var itlP95: Double?
  package var e2eP95: Double?
  /// Answered requests per second in the last minute.
  package var requestsPerSecond: Double?
  /// The same latencies with their spread and over a longer time when answers are few; `nil` where only the percentiles are known.
  package var answers: AnswerFigures?

  package init(
    backends: Int, tiers: [TierFigures] = [], ttftP95: Double? = nil, itlP95: Double? = nil, e2eP95: Double? = nil,
    requestsPerSecond: Double? = nil, answers: AnswerFigures? = nil
  ) {
    self.answers = answers
    self.backends = backends
    self.tiers = tiers
    self.ttftP95 = ttftP95
    self.itlP95 = itlP95
    self.e2eP95 = e2eP95
    self.requestsPerSecond = requestsPerSecond
  }

  /// From the scheduler's own numbers; latencies and the last minute are the data plane's to add.
  package init(_ statistics: SchedulerStatistics) {
    let serving = statistics.backends.filter { !$0.draining }
    self.init(
      backends: serving.count,
      tiers: statistics.tiers.enumerated().map { index, tier in
        let breakers = serving.compactMap { $0.breakers.indices.contains(index) ? $0.breakers[index] : nil }
        let worst: BreakerState = breakers.contains(.open) ? .open : breakers.contains(.halfOpen) ? .halfOpen : .closed
        return TierFigures(name: tier.name, waiting: tier.waiting, inUse: tier.inUse, breaker: worst)
      })
  }
}

/// How a tier does in one pool.
package struct TierFigures: Sendable, Equatable {
  /// What happened in the last minute.
  package struct LastMinute: Sendable, Equatable {
    package var requests: Int
    package var refused: Int
    package var failed: Int
    /// Requests within what is promised to the tier, and outside of it: too slow, failed or refused. 0 without a promise.
    package var withinObjective: Int
    package var outsideObjective: Int
    /// What answered requests earned, by the policy's prices.
    package var revenueUSD: Double
    /// Milliseconds.
    package var ttftP95: Double?
    /// Milliseconds.
    package var e2eP95: Double?

    package init(
      requests: Int, refused: Int = 0, failed: Int = 0, withinObjective: Int = 0, outsideObjective: Int = 0, revenueUSD: Double = 0,
      ttftP95: Double? = nil, e2eP95: Double? = nil
    ) {
      self.requests = requests
      self.refused = refused
      self.failed = failed
      self.withinObjective = withinObjective
      self.outsideObjective = outsideObjective
      self.revenueUSD = revenueUSD
      self.ttftP95 = ttftP95
      self.e2eP95 = e2eP95
    }
  }

  package var name: String
  package var waiting: Int
  package var inUse: Int
  /// The worst of all backends.
  package var breaker: BreakerState
  package var lastMinute: LastMinute?

  package init(name: String, waiting: Int, inUse: Int, breaker: BreakerState, lastMinute: LastMinute? = nil) {
    self.name = name
    self.waiting = waiting
    self.inUse = inUse
    self.breaker = breaker
    self.lastMinute = lastMinute
  }
}
