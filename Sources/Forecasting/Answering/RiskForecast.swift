import Planning

/// How sure a plan's promises are when traffic and latencies are uncertain; by Monte Carlo.
package struct RiskForecast: Sendable, Hashable {
  package struct Promise: Sendable, Hashable {
    package var metric: ServiceLevel.Metric
    /// In milliseconds at p95.
    package var target: Double
    /// 95 % of the samples have a p95 at or under this: "95 % confident that TTFT p95 < …".
    package var bound: Estimate
    /// That the p95 is at or under the target.
    package var chance: Estimate
  }

  package var samples: Int
  package var requestsPerSample: Int
  /// Assumed: standard deviation of true ÷ expected rate.
  package var trafficSpread: Double
  /// Assumed: standard deviation of true ÷ predicted latency.
  package var latencySpread: Double
  package var promises: [Promise]
  /// That all three targets are met.
  package var all: Estimate
  /// That the replicas cannot keep up.
  package var saturated: Estimate
  /// USD a month for the replicas that the sampled traffic needs by the planner's rule: 95 % of the samples need at most this.
  package var monthlyUSD: Estimate
  /// That they cost more than the budget; `nil` without one.
  package var overBudget: Estimate?
}
