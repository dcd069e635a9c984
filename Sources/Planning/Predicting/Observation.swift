/// What one benchmark row tells a latency model: mean latencies at a number of requests in progress.
package struct Observation: Sendable, Hashable {
  package var profile: TrafficProfile
  /// Requests in progress at a time.
  package var batch: Double
  /// Milliseconds; `nil` where the row holds none.
  package var ttft: Double?
  /// Milliseconds.
  package var itl: Double

  package init(profile: TrafficProfile, batch: Double, ttft: Double?, itl: Double) {
    self.profile = profile
    self.batch = batch
    self.ttft = ttft
    self.itl = itl
  }

  /// Means only: p95s are no input of a fit. `nil` when the row does not tell the load or the inter-token latency.
  package init?(_ row: Benchmark) {
    guard let itl = row.itl.mean else { return nil }
    let batch: Double
    if let concurrency = row.concurrency {
      batch = Double(concurrency)
    } else if let rate = row.requestsPerSecond {
      // Little's law, with the time of a request from its parts where the row does not hold it.
      let time = row.e2e.mean ?? (row.ttft.mean ?? 0) + itl * Double(row.profile.outputTokens - 1)
      batch = max(1, rate * time / 1000)
    } else {
      return nil
    }
    self.init(profile: row.profile, batch: batch, ttft: row.ttft.mean, itl: itl)
  }
}
