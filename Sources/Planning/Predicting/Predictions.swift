/// What can be foretold for one request: fits of rows where there are some, rooflines elsewhere.
///
///     interpolated   measured, simulated or learned rows of the same model, GPU and number of GPUs (or of fewer and of more), the
///                    lengths between theirs, the load not above theirs
///     estimated      such rows at other lengths; rows that are estimates themselves; rows of a model with the same architecture;
///                    a roofline
struct Predictions {
  let knowledge: Knowledge
  let profile: TrafficProfile
  let target: ServiceLevel

  /// A source of figures for a configuration.
  struct Basis {
    var replica: ReplicaModel
    /// The load that the rows reached; `nil` where there are none.
    var trustedBatch: Double?
    var account: Account
  }

  private var tables: PredictionTables { knowledge.predicting }

  /// What there is to consider at a confidence, in the order of the knowledge.
  func configurations(of confidence: CapacityPlan.Confidence, model: Int?) -> [Configuration] {
    let models = model.map { $0...$0 } ?? 0...max(0, knowledge.models.count - 1)
    guard !knowledge.models.isEmpty else { return [] }
    var result: [Configuration] = []
    for model in models {
      for accelerator in knowledge.accelerators.indices {
        let known = tables.fits.fits(model: model, accelerator: accelerator)
        var counts = Set(known.map(\.gpus))
        if confidence == .interpolated, known.isEmpty { continue }
        if confidence == .interpolated, let least = counts.min(), let most = counts.max() {
          counts.formUnion(Self.replicaSizes.filter { least < $0 && $0 < most })
        } else if tables.architectures[model] != nil, tables.figures[accelerator] != nil {
          counts.formUnion(Self.replicaSizes)
        }
        result += counts.sorted().map { Configuration(model: model, accelerator: accelerator, gpus: $0) }
      }
    }
    return result
  }

  private static let replicaSizes = [1, 2, 4, 8]

  func prediction(for configuration: Configuration, _ confidence: CapacityPlan.Confidence) -> Prediction {
    let context = tables.longestContext[configuration.model]
    let needed = profile.promptTokens + profile.outputTokens
    guard let basis = confidence == .interpolated ? interpolated(configuration) : estimated(configuration) else { return .unknown }
    if context > 0, needed > context {
      return .impossible(.contextTooLong, confidence, .init("tokens", Double(needed), limit: Double(context)))
    }
    guard basis.replica.maximumBatch > 0 else { return .impossible(.insufficientMemory, confidence, memory(configuration)) }
    let latency = basis.replica.latency
    let idle = ReplicaQueue.idle(latency, profile)
    guard idle.meets(target) else { return .tooSlow(offer(configuration, basis, idle, rate: 0, isLowerBound: false)) }
    let likely = ReplicaQueue.likelyBatch(
      latency, profile: profile, maximumBatch: basis.replica.maximumBatch, meeting: target, seenBatch: basis.trustedBatch)
    let queue = ReplicaQueue(latency, profile: profile, maximumBatch: basis.replica.maximumBatch, expectedBatch: likely)
    let guess = latency.serviceRate(batch: Double(likely), profile: profile)
    guard let largest = queue.largestRate(meeting: target, seenBatch: basis.trustedBatch, startingAt: guess) else {
      let least = queue.percentiles(queue.state(at: queue.saturation * 1e-4))
      return .tooSlow(offer(configuration, basis, least, rate: 0, isLowerBound: false))
    }
    let rate = largest.rate * Self.share
    let state = queue.state(at: rate)
    let typical = CapacityPlan.Typical(
      batch: max(1, state.batch), ttft: queue.means(state).ttft, itl: latency.decodeStep(batch: state.seenBatch, profile: profile))
    return .offer(
      offer(configuration, basis, queue.percentiles(state), rate: rate, isLowerBound: largest.isBoundByRows, typical: typical))
  }

  /// Of the largest rate within the service level a plan uses nine tenths.
  static let share = 0.9

  private func offer(
    _ configuration: Configuration, _ basis: Basis, _ level: ServiceLevel, rate: Double, isLowerBound: Bool,
    typical: CapacityPlan.Typical? = nil
  ) -> Offer {
    Offer(
      model: configuration.model, accelerator: configuration.accelerator, gpus: configuration.gpus,
      modelName: knowledge.models[configuration.model].id, acceleratorName: knowledge.accelerators[configuration.accelerator].name,
      rate: rate, serviceLevel: level, isCapacityLowerBound: isLowerBound, confidence: basis.replica.confidence,
      basis: basis.replica.basis, source: basis.replica.source, typical: typical,
      account: basis.account)
  }

  /// A less certain but further reaching capacity than a rate that is only a lower bound.
  func capacity(beyond offer: Offer) -> (rate: Double, confidence: CapacityPlan.Confidence, source: String)? {
    for confidence in CapacityPlan.Confidence.allCases where confidence < offer.confidence {
      guard case .offer(let known) = prediction(for: offer.configuration, confidence), known.rate > offer.rate else { continue }
      if known.isCapacityLowerBound, confidence != .estimated { continue }
      return (known.rate, confidence, known.source)
    }
    return nil
  }
}

// MARK: Where the figures are from

extension Predictions {
  func interpolated(_ configuration: Configuration) -> Basis? {
    let fits = tables.fits.fits(model: configuration.model, accelerator: configuration.accelerator)
      .filter { $0.kind != .estimated && $0.covers(profile) }
    if let fit = fits.first(where: { $0.gpus == configuration.gpus }) {
      return basis(fit, fit.latency, configuration, .interpolated, .fit(fit, isWithin: true))
    }
    // Between fewer and more GPUs, of one kind and precision; linear in the logarithm of their number.
    for above in fits where above.gpus > configuration.gpus {
      let below = fits.last { $0.gpus < configuration.gpus && $0.kind == above.kind && $0.precision == above.precision }
      guard let below else { continue }
      let weight = LatencyModel.weight(of: configuration.gpus, between: below.gpus, and: above.gpus)
      let narrow = below.largestBatch < above.largestBatch ? below : above
      return basis(
        narrow, below.latency.mixed(with: above.latency, weight: weight), configuration, .interpolated,
        .between(below, above))
    }
    return nil
  }

  func estimated(_ configuration: Configuration) -> Basis? {
    let own = tables.fits.fits(model: configuration.model, accelerator: configuration.accelerator)
    if let fit = own.first(where: { $0.gpus == configuration.gpus && ($0.kind == .estimated || !$0.covers(profile)) }) {
      return basis(fit, fit.latency, configuration, .estimated, .fit(fit, isWithin: fit.covers(profile)))
    }
    if let (name, fit) = twin(of: configuration) {
      return basis(fit, fit.latency, configuration, .estimated, .twin(name, fit))
    }
    guard let roofline = roofline(configuration) else { return nil }
    let replica = ReplicaModel(
      latency: roofline.latency(), maximumBatch: min(Roofline.engineLimit, roofline.largestBatch(profile)), confidence: .estimated,
      basis: .estimated, source: Account.rooflineSource)
    return Basis(replica: replica, trustedBatch: nil, account: .roofline(roofline.architecture))
  }

  private func basis(
    _ fit: FittedRows, _ latency: LatencyModel, _ configuration: Configuration, _ confidence: CapacityPlan.Confidence,
    _ account: Account
  ) -> Basis {
    // Rows that saw a batch are proof of its room.
    let room = roofline(configuration, precision: fit.weights)?.largestBatch(profile) ?? Roofline.engineLimit
    let reached = Int(fit.largestBatch.rounded(.down))
    let replica = ReplicaModel(
      latency: latency, maximumBatch: max(reached, min(room, Roofline.engineLimit)), trustedBatch: fit.largestBatch,
      confidence: confidence, basis: fit.kind, source: fit.source)
    return Basis(replica: replica, trustedBatch: max(1.5, fit.largestBatch), account: account)
  }

  /// A fit of another model that is as large and as precise, on the same GPUs.
  private func twin(of configuration: Configuration) -> (String, FittedRows)? {
    guard let architecture = tables.architectures[configuration.model], !architecture.isGuess else { return nil }
    let precision = tables.precisions[configuration.model]
    for other in tables.twins[architecture.name] ?? [] where other != configuration.model {
      let fits = tables.fits.fits(model: other, accelerator: configuration.accelerator)
      let fit = fits.first { $0.gpus == configuration.gpus && ($0.weights ?? tables.precisions[other]) == precision }
      if let fit { return (knowledge.models[other].id, fit) }
    }
    return nil
  }

  private func roofline(_ configuration: Configuration, precision: WeightPrecision? = nil) -> Roofline? {
    guard let architecture = tables.architectures[configuration.model], let figures = tables.figures[configuration.accelerator] else {
      return nil
    }
    return Roofline(
      architecture: architecture, precision: precision ?? tables.precisions[configuration.model], figures: figures,
      gpus: configuration.gpus)
  }

  private func memory(_ configuration: Configuration) -> Rejection.Miss? {
    guard let roofline = roofline(configuration) else { return nil }
    let needed =
      roofline.weightsGB + Double((profile.promptTokens + profile.outputTokens) * roofline.architecture.cacheBytesPerToken) / 1e9
    let room = Double(configuration.gpus) * (roofline.figures.memoryGB * Roofline.usableMemory - Roofline.reservedGB)
    return Rejection.Miss("memory", needed, limit: room, unit: "GB")
  }
}
