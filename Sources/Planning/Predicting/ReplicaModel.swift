/// One replica as a simulator or a queue needs it: its steps' times and how many requests it takes at a time.
package struct ReplicaModel: Sendable, Hashable {
  package var latency: LatencyModel
  /// Requests in the batch at most: by memory or by the engine's limit.
  package var maximumBatch: Int
  /// How many requests at a time the rows behind it saw; `nil` where there are none. Beyond it the model is not vouched for.
  package var trustedBatch: Double?
  package var confidence: CapacityPlan.Confidence
  package var basis: Benchmark.Kind
  /// Where the figures are from.
  package var source: String

  package init(
    latency: LatencyModel, maximumBatch: Int, trustedBatch: Double? = nil, confidence: CapacityPlan.Confidence, basis: Benchmark.Kind,
    source: String
  ) {
    self.latency = latency
    self.maximumBatch = maximumBatch
    self.trustedBatch = trustedBatch
    self.confidence = confidence
    self.basis = basis
    self.source = source
  }
}
