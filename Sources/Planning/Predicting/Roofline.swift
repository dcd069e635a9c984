/// The times of a replica from what has to be read and computed, and from what the hardware can do.
///
///     decode step   weights ÷ bandwidth + cache of the batch ÷ bandwidth + FLOPs ÷ FLOPS + a cost per layer + … per layer between GPUs
///     prefill       weights ÷ bandwidth + FLOPs of the prompt ÷ FLOPS + activations
///
/// each term times what of it is really reached (``Efficiency``), all of it shared by the GPUs. Estimated, never more.
struct Roofline {
  let architecture: ModelArchitecture
  let precision: WeightPrecision
  let figures: AcceleratorFigures
  let gpus: Int

  /// The engine's own limit of requests in a batch.
  static let engineLimit = 256
  /// The part of the memory that weights and cache may take, as vLLM's default.
  static let usableMemory = 0.9
  /// GB of each GPU for activations and the engine.
  static let reservedGB = 1.5

  var weightsGB: Double { architecture.parametersBillions * precision.bytesPerParameter }

  /// Tokens whose cache fits beside the weights; negative when not even the weights do.
  var cacheTokens: Double {
    let room = Double(gpus) * (figures.memoryGB * Self.usableMemory - Self.reservedGB) - weightsGB
    return room * 1e9 / Double(architecture.cacheBytesPerToken)
  }

  /// Requests of these lengths whose cache fits; 0 when none does.
  func largestBatch(_ profile: TrafficProfile) -> Int {
    max(0, Int((cacheTokens / Double(profile.promptTokens + profile.outputTokens)).rounded(.down)))
  }

  /// Milliseconds at the limits of the data sheet.
  struct Terms {
    /// Reading weights: those that every token uses, and all experts.
    var weights: Double
    var experts: Double
    /// Reading the cache of one token.
    var cache: Double
    /// Computing one token.
    var compute: Double
    /// Thousands of layers, and the same where GPUs have to agree after each.
    var layers: Double
    var links: Double
    /// Layers × width, in 10⁹: what a token's activations are made of.
    var activations: Double
  }

  var terms: Terms {
    let bandwidth = figures.bandwidth * Double(gpus)
    let bytes = precision.bytesPerParameter
    let layers = Double(architecture.layers) / 1000
    return Terms(
      weights: (architecture.parametersBillions - architecture.expertBillions) * bytes / bandwidth * 1000,
      experts: architecture.expertBillions * bytes / bandwidth * 1000,
      cache: Double(architecture.cacheBytesPerToken) / bandwidth / 1e6,
      compute: 2 * architecture.activeBillions / (figures.teraflops(precision) * Double(gpus)), layers: layers,
      links: gpus > 1 ? layers : 0, activations: layers * Double(architecture.hiddenSize) / 1e6)
  }

  func latency(_ efficiency: Efficiency = .measured) -> LatencyModel {
    let terms = terms
    let (decode, prefill) = (efficiency.decode, efficiency.prefill)
    return LatencyModel(
      alpha: decode[0] * terms.weights + decode[3] * terms.layers + decode[4] * terms.links, beta: decode[2] * terms.compute,
      gamma: decode[1] * terms.cache, sigma: decode[5] * terms.layers,
      experts: terms.experts > 0 ? .init(milliseconds: decode[0] * terms.experts, share: architecture.expertShare) : nil,
      prefill: .init(
        base: prefill[0] + prefill[1] * (terms.weights + terms.experts),
        perToken: prefill[2] * terms.compute + prefill[3] * terms.activations,
        perRequest: prefill[4] * terms.layers, perRequestToken: prefill[5] * terms.compute + prefill[6] * terms.activations))
  }
}
