/// How a model served one load on one kind of GPU. All latencies are in milliseconds.
package struct Benchmark: Sendable, Hashable {
  /// How its figures came to be. A plan always says which.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// On the real hardware.
    case measured
    /// By a simulator of the engine, with percentiles.
    case simulated
    /// By an analytical model.
    case estimated
    /// From what a deployment of ours did; ``Benchmark/date`` says when.
    case learned
  }

  /// The mean and the 95th percentile of one latency; either may be unknown.
  package struct Latency: Sendable, Hashable {
    package var mean: Double?
    package var p95: Double?

    package init(mean: Double? = nil, p95: Double? = nil) {
      self.mean = mean
      self.p95 = p95
    }
  }

  package var kind: Kind
  package var model: String
  package var accelerator: String
  /// GPUs that serve one replica; they work on each request together.
  package var gpus: Int
  package var profile: TrafficProfile
  /// Requests in progress at a time, where the load was held so.
  package var concurrency: Int?
  /// Requests per second, where the load was offered so or has been computed.
  package var requestsPerSecond: Double?
  package var ttft: Latency
  /// Inter-token latency per request: the mean gap of one answer.
  package var itl: Latency
  package var e2e: Latency
  /// Where the row is from: a data set and, for an imported file, its line.
  package var source: String
  /// The row offered as much load as anyone tried and the server was not yet saturated: its rate is a lower bound.
  package var isCapacityLowerBound: Bool
  /// The day it was taken, as `2026-04-17`; `nil` when its source does not tell.
  package var date: String?
  /// The version of vLLM that served, as `0.19.0`.
  package var engineVersion: String?
  /// Of the weights: `fp8`, `fp4`, `bf16`; `nil` when its source does not tell.
  package var precision: String?

  package init(
    kind: Kind, model: String, accelerator: String, gpus: Int, profile: TrafficProfile, concurrency: Int? = nil,
    requestsPerSecond: Double? = nil, ttft: Latency, itl: Latency, e2e: Latency, source: String, isCapacityLowerBound: Bool = false,
    date: String? = nil, engineVersion: String? = nil, precision: String? = nil
  ) {
    self.kind = kind
    self.model = model
    self.accelerator = accelerator
    self.gpus = gpus
    self.profile = profile
    self.concurrency = concurrency
    self.requestsPerSecond = requestsPerSecond
    self.ttft = ttft
    self.itl = itl
    self.e2e = e2e
    self.source = source
    self.isCapacityLowerBound = isCapacityLowerBound
    self.date = date
    self.engineVersion = engineVersion
    self.precision = precision
  }

  /// The 95th percentiles, when the row holds all three.
  package var serviceLevel: ServiceLevel? {
    guard let ttft = ttft.p95, let itl = itl.p95, let e2e = e2e.p95 else { return nil }
    return ServiceLevel(ttft: ttft, itl: itl, e2e: e2e)
  }

  /// The means with the number of requests in progress that they were seen at: as the load was held, or by Little's law the rate
  /// times the mean time of a request.
  package var typical: CapacityPlan.Typical? {
    guard let ttft = ttft.mean, let itl = itl.mean else { return nil }
    if let concurrency { return .init(batch: Double(concurrency), ttft: ttft, itl: itl) }
    guard let rate = requestsPerSecond, let e2e = e2e.mean else { return nil }
    return .init(batch: max(1, rate * e2e / 1000), ttft: ttft, itl: itl)
  }
}
