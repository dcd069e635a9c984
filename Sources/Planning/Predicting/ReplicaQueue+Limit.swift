extension ReplicaQueue {
  /// The largest rate at which the 95th percentiles meet `target` and a request in a thousand at most finds no place, by bisection to
  /// a part in 10,000 of the saturation; `nil` when not even an idle replica is fast enough.
  ///
  /// - Parameter seenBatch: requests that may be in a batch at most, as far as the latency model is vouched for.
  package func largestRate(meeting target: ServiceLevel, seenBatch: Double? = nil) -> (rate: Double, isBoundByRows: Bool)? {
    guard idle.meets(target) else { return nil }
    var (low, high) = (0.0, saturation)
    var isBoundByRows = false
    while high - low > saturation * 1e-4 {
      let middle = (low + high) / 2
      let state = state(at: middle)
      let isKnown = state.seenBatch <= seenBatch ?? .infinity
      if isKnown, state.blocked <= 0.001, percentiles(state).meets(target) {
        low = middle
      } else {
        high = middle
        isBoundByRows = !isKnown
      }
    }
    return low > 0 ? (low, isBoundByRows) : nil
  }

  /// The 95th percentiles of a request that is alone.
  package var idle: ServiceLevel { Self.idle(latency, profile) }

  static func idle(_ latency: LatencyModel, _ profile: TrafficProfile) -> ServiceLevel {
    let mean = latency.decodeStep(batch: 1, profile: profile)
    let ttft = TailModel.prefillSpread * latency.prefill(batch: 1, profile: profile)
    return ServiceLevel(
      ttft: ttft, itl: mean * TailModel.decodeSpread, e2e: ttft + Double(profile.outputTokens - 1) * mean * TailModel.lengthSpread)
  }
}
