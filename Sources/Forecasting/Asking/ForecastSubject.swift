import Planning
import Simulation

/// What is forecast: so many replicas that serve by a law, for a traffic, against a target.
package struct ForecastSubject: Sendable, Hashable {
  package var law: BatchLaw
  package var replicas: Int
  package var minReplicas: Int
  package var maxReplicas: Int
  package var traffic: Planning.Traffic
  /// Requests per second that the planner counts on for one replica.
  package var ratePerReplica: Double
  package var target: ServiceLevel
  /// USD an hour for one replica.
  package var replicaPerHourUSD: Double
  /// USD a month; `nil`: there is none.
  package var monthlyBudgetUSD: Double?
  /// The standard deviation of true ÷ predicted latency, as a part of it.
  package var latencySpread: Double
  /// Where the law is from, for people.
  package var lawSource: String

  package init(plan: CapacityPlan, law: BatchLaw, lawSource: String, budget: Budget = Budget(), latencySpread: Double? = nil) {
    self.law = law
    replicas = plan.replicas
    minReplicas = plan.minReplicas
    maxReplicas = plan.maxReplicas
    traffic = plan.traffic
    ratePerReplica = plan.requestsPerSecondPerReplica
    target = plan.target
    replicaPerHourUSD = plan.cost.perHourUSD / Double(max(1, plan.replicas))
    monthlyBudgetUSD = [budget.maxMonthlyUSD, budget.maxHourlyUSD.map { $0 * 730 }].compactMap { $0 }.min()
    self.latencySpread = latencySpread ?? LatencySpread.assumed(plan.confidence, plan.basis)
    self.lawSource = lawSource
  }

  var size: BatchLaw.Size { BatchLaw.Size(prompt: traffic.profile.promptTokens, output: traffic.profile.outputTokens) }
}

/// How far true latencies may be from predicted ones.
package enum LatencySpread {
  /// Assumptions, in the order of what such predictions are known to reach: of simulators of engines 7 % for the whole answer and 18 % for
  /// the first token, of analytical models 4–17 % a token and 23–57 % for the first one.
  package static func assumed(_ confidence: CapacityPlan.Confidence, _ basis: Benchmark.Kind) -> Double {
    switch (confidence, basis) {
    case (.benchmarked, .measured): 0.05
    case (.benchmarked, .simulated): 0.12
    case (.benchmarked, _): 0.20
    case (.interpolated, _): 0.20
    case (.estimated, _): 0.30
    }
  }
}
