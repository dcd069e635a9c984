/// How long one replica takes for each of its steps while it works on a batch of requests, in milliseconds.
///
///     iteration     T(n) = α + σ·√n + ε·h(n) + n(β·tc + γ·tm)      tc = (in + out) ÷ (out + 1), tm = in + out ÷ 2
///     decode step   T(n) + β + γ·tm
///     prefill       base + perToken·in + n(perRequest + perRequestToken·in), or T(n) + (β + γ)·in where no TTFT was ever seen
///
/// α, β, γ are the terms of the workload variant autoscaler's model: what every iteration costs, a token's arithmetic, a token's
/// reading of the cache. Two terms are added because measured rows bend where a line does not: σ·√n, and the weights of experts,
/// of which a larger batch touches a larger part h(n). On the shipped measured rows they halve the error of the decode step.
package struct LatencyModel: Sendable, Hashable {
  /// The weights of a mixture of experts.
  package struct Experts: Sendable, Hashable {
    /// Reading all of them.
    package var milliseconds: Double
    /// The part that one token touches, 0–1.
    package var share: Double

    package init(milliseconds: Double, share: Double) {
      self.milliseconds = milliseconds
      self.share = share
    }

    /// The part that `batch` tokens touch together: 1 − (1 − share)ⁿ, as 1 − (1 + share·n ÷ 8)⁻⁸ for any n.
    func touched(by batch: Double) -> Double {
      let base = 1 + share * batch / 8
      let square = base * base
      let fourth = square * square
      return 1 - 1 / (fourth * fourth)
    }
  }

  /// Time to the first token of a request that joins a batch, without waiting for a place in it.
  package struct Prefill: Sendable, Hashable {
    package var base: Double
    package var perToken: Double
    package var perRequest: Double
    package var perRequestToken: Double

    package init(base: Double = 0, perToken: Double, perRequest: Double = 0, perRequestToken: Double = 0) {
      self.base = base
      self.perToken = perToken
      self.perRequest = perRequest
      self.perRequestToken = perRequestToken
    }
  }

  /// α
  package var alpha: Double
  /// β
  package var beta: Double
  /// γ
  package var gamma: Double
  /// σ; 0 is the published model.
  package var sigma: Double
  /// ε and h(n); `nil` for a dense model, and where rows were fitted.
  package var experts: Experts?
  package var prefill: Prefill?

  package init(alpha: Double, beta: Double, gamma: Double, sigma: Double = 0, experts: Experts? = nil, prefill: Prefill? = nil) {
    self.alpha = alpha
    self.beta = beta
    self.gamma = gamma
    self.sigma = sigma
    self.experts = experts
    self.prefill = prefill
  }
}

extension LatencyModel {
  /// T(n): one iteration of the engine with `batch` requests (1 or more; a mean need not be whole).
  package func iteration(batch: Double, profile: TrafficProfile) -> Double {
    let bend = sigma * batch.squareRoot() + (experts.map { $0.milliseconds * $0.touched(by: batch) } ?? 0)
    return alpha + bend + batch * (beta * profile.computeTokens + gamma * profile.cachedTokens)
  }

  /// From a request's entry into the batch to its first token.
  package func prefill(batch: Double, profile: TrafficProfile) -> Double {
    let prompt = Double(profile.promptTokens)
    guard let prefill else { return iteration(batch: batch, profile: profile) + (beta + gamma) * prompt }
    return prefill.base + prefill.perToken * prompt + batch * (prefill.perRequest + prefill.perRequestToken * prompt)
  }

  /// One more token for each of the batch: the inter-token latency.
  package func decodeStep(batch: Double, profile: TrafficProfile) -> Double {
    iteration(batch: batch, profile: profile) + beta + gamma * profile.cachedTokens
  }

  /// From a request's entry into the batch to its last token, as the published model counts it: prefill + out × decode step.
  package func requestTime(batch: Double, profile: TrafficProfile) -> Double {
    prefill(batch: batch, profile: profile) + Double(profile.outputTokens) * decodeStep(batch: batch, profile: profile)
  }

  /// μ(n): requests per second that `batch` requests at a time are.
  package func serviceRate(batch: Double, profile: TrafficProfile) -> Double {
    1000 * batch / requestTime(batch: batch, profile: profile)
  }

  /// How far a number of GPUs is between two others, 0–1, in the logarithm.
  static func weight(of gpus: Int, between low: Int, and high: Int) -> Double {
    Logarithm.natural(Double(gpus) / Double(low)) / Logarithm.natural(Double(high) / Double(low))
  }

  /// A model whose every time is the weighted mean of two: for parallelism between two that are known.
  func mixed(with other: LatencyModel, weight: Double) -> LatencyModel {
    func mix(_ path: KeyPath<LatencyModel, Double>) -> Double { self[keyPath: path] * (1 - weight) + other[keyPath: path] * weight }
    var result = LatencyModel(alpha: mix(\.alpha), beta: mix(\.beta), gamma: mix(\.gamma), sigma: mix(\.sigma))
    if let prefill, let next = other.prefill {
      func mix(_ path: KeyPath<Prefill, Double>) -> Double { prefill[keyPath: path] * (1 - weight) + next[keyPath: path] * weight }
      result.prefill = Prefill(
        base: mix(\.base), perToken: mix(\.perToken), perRequest: mix(\.perRequest), perRequestToken: mix(\.perRequestToken))
    }
    return result
  }
}

extension TrafficProfile {
  /// tc: tokens that one iteration computes for each request of the batch, on average over its life.
  var computeTokens: Double { Double(promptTokens + outputTokens) / Double(outputTokens + 1) }
  /// tm: tokens in the cache of a request, on average over its life.
  var cachedTokens: Double { Double(promptTokens) + Double(outputTokens) / 2 }
}
