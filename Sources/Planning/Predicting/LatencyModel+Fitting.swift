extension LatencyModel {
  /// The model nearest to the observations, by relative error: α, β, γ, σ from their inter-token latencies, the prefill from their
  /// TTFTs. `nil` with fewer than two different loads or lengths: one point says nothing of a slope.
  ///
  /// No coefficient is negative, so every time grows with the batch and with the lengths.
  package init?(fitting observations: [Observation]) {
    guard let first = observations.first,
      observations.contains(where: { $0.profile != first.profile || $0.batch != first.batch })
    else { return nil }
    // The columns that the fewest rows should be explained by come first.
    var decode = NonNegativeLeastSquares(columns: 4)
    var prefill = NonNegativeLeastSquares(columns: 4)
    for observation in observations {
      let cached = observation.profile.cachedTokens
      let batch = observation.batch
      let scale = 1 / observation.itl
      decode.add(
        [scale, (batch * observation.profile.computeTokens + 1) * scale, (batch + 1) * cached * scale, batch.squareRoot() * scale],
        equals: 1)
      guard let ttft = observation.ttft else { continue }
      let prompt = Double(observation.profile.promptTokens) / ttft
      prefill.add([1 / ttft, prompt, batch * prompt, batch / ttft], equals: 1)
    }
    let terms = decode.solution()
    self.init(alpha: terms[0], beta: terms[1], gamma: terms[2], sigma: terms[3])
    let parts = prefill.solution()
    if parts.contains(where: { $0 > 0 }) {
      self.prefill = Prefill(base: parts[0], perToken: parts[1], perRequest: parts[3], perRequestToken: parts[2])
    }
  }
}
