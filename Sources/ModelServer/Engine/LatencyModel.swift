/// How long a server takes for a prompt and for a token while it works on `n` requests at a time. Milliseconds.
///
/// The iteration model of continuous batching: one iteration over n requests takes T(n) = α + n·σ with σ = β·tc + γ·tm, where
/// tc = (in + out) ÷ (out + 1) and tm = in + out ÷ 2 are the compute and memory work of a request of reference length. The first
/// token comes after T(n) + (β + γ)·in, each further one after T(n) + β + γ·tm. For one reference length that leaves four numbers.
package struct LatencyModel: Sendable, Hashable {
  /// What was seen at one batch size: `batch` requests at a time, mean latencies in milliseconds.
  package struct Point: Sendable, Hashable {
    package var batch: Double
    package var ttft: Double
    package var itl: Double

    package init(batch: Double, ttft: Double, itl: Double) {
      self.batch = batch
      self.ttft = ttft
      self.itl = itl
    }
  }

  /// α: an iteration without any request.
  package var base: Double
  /// σ: what each request in the batch adds to an iteration.
  package var perSequence: Double
  /// β + γ·tm: what a decoding request adds to its own iteration.
  package var perStep: Double
  /// β + γ: a prompt token's share of the prefill.
  package var perPromptToken: Double

  package init(base: Double, perSequence: Double, perStep: Double, perPromptToken: Double) {
    self.base = base
    self.perSequence = perSequence
    self.perStep = perStep
    self.perPromptToken = perPromptToken
  }

  /// Fits the model to a row or a sweep of rows of one length.
  ///
  /// The slope over the batch is the least-squares line through the inter-token latencies. A single point, or points of one
  /// batch size, cannot show a slope: then a full batch of `fullBatch` takes `loadFactor` times as long a step as one request.
  package init(fitting points: [Point], promptTokens: Int, loadFactor: Double = 1.5, fullBatch: Int = 256) {
    let count = Double(max(points.count, 1))
    let meanBatch = points.reduce(0) { $0 + $1.batch } / count
    let meanITL = points.reduce(0) { $0 + $1.itl } / count
    let meanTTFT = points.reduce(0) { $0 + $1.ttft } / count
    let spread = points.reduce(0) { $0 + ($1.batch - meanBatch) * ($1.batch - meanBatch) }
    let slope: Double
    if spread > 1e-9 {
      let covariance = points.reduce(0) { $0 + ($1.batch - meanBatch) * ($1.itl - meanITL) }
      slope = max(0, min(covariance / spread, meanITL / max(meanBatch, 1)))
    } else {
      // itl(1)·factor = itl(1) + slope·(full − 1), and itl(1) = itl − slope·(batch − 1).
      slope = meanITL * (loadFactor - 1) / (Double(max(fullBatch - 1, 1)) + (loadFactor - 1) * (meanBatch - 1))
    }
    perSequence = slope
    perStep = 0
    base = max(0, meanITL - slope * meanBatch)
    perPromptToken = max(0, meanTTFT - meanITL) / Double(max(promptTokens, 1))
  }

  /// T(n): one iteration over `batch` requests.
  package func iteration(batch: Int) -> Double { base + perSequence * Double(batch) }

  /// One decoding step with `batch` requests in progress.
  package func step(batch: Int) -> Double { iteration(batch: batch) + perStep }

  /// The prompt's own work, without the iteration it ends with.
  package func prefill(promptTokens: Int) -> Double { perPromptToken * Double(promptTokens) }
}
