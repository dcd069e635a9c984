/// What of a data sheet is really reached: a factor for each term of a roofline, fitted on measured rows.
package struct Efficiency: Sendable, Hashable {
  /// Weights, cache, arithmetic, milliseconds per thousand layers, … between GPUs, … times √batch.
  package var decode: [Double]
  /// Milliseconds, weights, arithmetic, activations, and by the batch: per thousand layers, arithmetic, activations.
  package var prefill: [Double]

  package init(decode: [Double], prefill: [Double]) {
    self.decode = decode
    self.prefill = prefill
  }

  /// Fitted to the 671 shipped measured rows; a test fits them again.
  package static let measured = Efficiency(
    decode: [1.460, 0.6964, 1.074, 38.03, 40.77, 8.112], prefill: [13.97, 4.700, 3.264, 53.76, 11.53, 0, 3.372])

  /// A measured point with the roofline it belongs to.
  struct Sample {
    let roofline: Roofline
    let observation: Observation
  }

  /// The factors of the least relative error, the same above as below: a time is compared with the geometric mean of what was seen
  /// and what the last round said.
  static func fitting(_ samples: [Sample], rounds: Int = 6) -> Efficiency {
    let decode = fit(samples.map { (decodeColumns($0), $0.observation.itl) }, columns: 6, rounds: rounds)
    let seen = samples.compactMap { sample in sample.observation.ttft.map { (prefillColumns(sample), $0) } }
    return Efficiency(decode: decode, prefill: fit(seen, columns: 7, rounds: rounds))
  }

  private static func fit(_ equations: [([Double], Double)], columns: Int, rounds: Int) -> [Double] {
    var factors = Array(repeating: 0.0, count: columns)
    for round in 0..<rounds {
      var squares = NonNegativeLeastSquares(columns: columns)
      for (row, value) in equations {
        let said = zip(row, factors).reduce(0) { $0 + $1.0 * $1.1 }
        squares.add(row, equals: value, weight: 1 / (value * (round == 0 ? value : max(said, value / 100))))
      }
      factors = squares.solution()
    }
    return factors
  }

  private static func decodeColumns(_ sample: Sample) -> [Double] {
    let (terms, profile, batch) = (sample.roofline.terms, sample.observation.profile, sample.observation.batch)
    let experts = LatencyModel.Experts(milliseconds: terms.experts, share: sample.roofline.architecture.expertShare)
    return [
      terms.weights + terms.experts * experts.touched(by: batch), terms.cache * (batch + 1) * profile.cachedTokens,
      terms.compute * (batch * profile.computeTokens + 1), terms.layers, terms.links, terms.layers * batch.squareRoot(),
    ]
  }

  private static func prefillColumns(_ sample: Sample) -> [Double] {
    let (terms, batch) = (sample.roofline.terms, sample.observation.batch)
    let prompt = Double(sample.observation.profile.promptTokens)
    return [
      1, terms.weights + terms.experts, terms.compute * prompt, terms.activations * prompt, terms.layers * batch,
      terms.compute * prompt * batch, terms.activations * prompt * batch,
    ]
  }
}
