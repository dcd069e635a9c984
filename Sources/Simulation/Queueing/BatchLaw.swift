/// How long an iteration of a batching model server takes, by what is in its batch: T = α + bend(n) + Σ (β·tc + γ·tm) over the n requests.
///
/// Of a request, tc = (prompt + answer) ÷ (answer + 1) tokens are computed and tm = prompt + answer ÷ 2 tokens are read from the KV cache
/// in an iteration, on average. Its prefill takes T + (β + γ)·prompt unless it has a line of its own, each of its decode steps
/// T + β + γ·tm, and there are as many steps as the answer has tokens. Source: the latency model of the workload variant autoscaler
/// (llm-d), as the design of planning states it; the bend and the line are Planning's additions.
package struct BatchLaw: Sendable, Hashable {
  /// Seconds of an iteration that do not depend on the batch.
  package var alpha: Double
  /// Seconds for each token that is computed.
  package var beta: Double
  /// Seconds for each token that is read from the KV cache.
  package var gamma: Double
  /// Seconds of an iteration by the number of requests in the batch, from none to all; empty: none.
  package var bend: [Double] = []
  package var prefillLine: PrefillLine?
  /// Requests in the batch at most; others wait.
  package var maximumBatch: Int

  package init(alpha: Double, beta: Double, gamma: Double, maximumBatch: Int) {
    self.alpha = alpha
    self.beta = beta
    self.gamma = gamma
    self.maximumBatch = max(1, maximumBatch)
  }

  /// Seconds from joining a batch of n to the first token: base + perToken·prompt + n(perRequest + perRequestToken·prompt).
  package struct PrefillLine: Sendable, Hashable {
    package var base: Double
    package var perToken: Double
    package var perRequest: Double
    package var perRequestToken: Double

    package init(base: Double, perToken: Double, perRequest: Double, perRequestToken: Double) {
      self.base = base
      self.perToken = perToken
      self.perRequest = perRequest
      self.perRequestToken = perRequestToken
    }
  }

  /// A part of a request's time at a server: steps × T + seconds + slope × n.
  struct Phase: Sendable {
    var steps: Double
    var seconds: Double
    var slope: Double

    func duration(iteration: Double, batch: Double) -> Double { steps * iteration + seconds + slope * batch }
  }

  /// The same with everything taking `factor` times as long.
  package func slower(by factor: Double) -> BatchLaw {
    var law = BatchLaw(alpha: alpha * factor, beta: beta * factor, gamma: gamma * factor, maximumBatch: maximumBatch)
    law.bend = bend.map { $0 * factor }
    law.prefillLine = prefillLine.map {
      PrefillLine(
        base: $0.base * factor, perToken: $0.perToken * factor, perRequest: $0.perRequest * factor,
        perRequestToken: $0.perRequestToken * factor)
    }
    return law
  }

  /// The lengths of a request, in tokens.
  package struct Size: Sendable, Hashable {
    package var prompt: Int
    package var output: Int

    package init(prompt: Int, output: Int) {
      self.prompt = max(0, prompt)
      self.output = max(1, output)
    }

    var computed: Double { Double(prompt + output) / Double(output + 1) }
    var held: Double { Double(prompt) + Double(output) / 2 }
  }

  /// What one request adds to each iteration of its batch, in seconds.
  package func share(of size: Size) -> Double { beta * size.computed + gamma * size.held }

  func prefillPhase(of size: Size) -> Phase {
    let prompt = Double(size.prompt)
    guard let line = prefillLine else { return Phase(steps: 1, seconds: (beta + gamma) * prompt, slope: 0) }
    return Phase(steps: 0, seconds: line.base + line.perToken * prompt, slope: line.perRequest + line.perRequestToken * prompt)
  }

  /// All decode steps together.
  func decodePhase(of size: Size) -> Phase {
    let output = Double(size.output)
    return Phase(steps: output, seconds: (beta + gamma * size.held) * output, slope: 0)
  }

  /// Seconds of an iteration with `batch` requests whose shares add up to `load`; a mean batch need not be whole.
  func iteration(batch: Double, load: Double) -> Double {
    guard !bend.isEmpty else { return alpha + load }
    let place = min(max(batch, 0), Double(bend.count - 1))
    let below = Int(place)
    let part = place - Double(below)
    return alpha + load + bend[below] + (part > 0 ? part * (bend[below + 1] - bend[below]) : 0)
  }

  // MARK: A batch of requests that are all alike

  /// Seconds of an iteration.
  package func iteration(batch: Double, of size: Size) -> Double { iteration(batch: batch, load: batch * share(of: size)) }

  /// Seconds from joining the batch to the first token.
  package func prefill(batch: Double, of size: Size) -> Double {
    prefillPhase(of: size).duration(iteration: iteration(batch: batch, of: size), batch: batch)
  }

  /// Seconds between two tokens.
  package func decodeStep(batch: Double, of size: Size) -> Double {
    decodePhase(of: size).duration(iteration: iteration(batch: batch, of: size), batch: batch) / Double(size.output)
  }

  /// Seconds from joining the batch to the last token.
  package func service(batch: Double, of size: Size) -> Double {
    prefill(batch: batch, of: size) + Double(size.output) * decodeStep(batch: batch, of: size)
  }

  /// Requests per second that a full batch serves: no rate from there on can be served for long.
  package func capacity(of size: Size) -> Double { Double(maximumBatch) / service(batch: Double(maximumBatch), of: size) }

  /// Requests in the batch at this rate, on average, when it does not fluctuate: n = rate × service(n), solved for n by bisection; the
  /// whole batch when the rate is too high.
  package func meanBatch(rate: Double, of size: Size) -> Double {
    var (low, high) = (0.0, Double(maximumBatch))
    guard rate * service(batch: high, of: size) < high else { return high }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if rate * service(batch: max(1, middle), of: size) > middle { low = middle } else { high = middle }
    }
    return high
  }
}
