/// Puts into words why nothing can do what was asked, how near the nearest came, and what would help.
struct Refusal {
  let inputs: PlanInputs
  let knowledge: Knowledge
  let misses: [Selection.NearMiss]
  let rejections: [Rejection]

  var noViablePlan: NoViablePlan {
    let (nearest, relax) = misses.isEmpty ? withoutRows : withRows
    return NoViablePlan(
      nearestMiss: nearest, relax: relax, rejected: Rejection.counts(rejections), rejections: rejections, inputsDigest: inputs.digest)
  }

  /// No row of these lengths, or none of this model.
  private var withoutRows: (String?, [String]) {
    let profile = inputs.traffic.profile
    guard let model = inputs.model, !knowledge.exactRows(for: profile).isEmpty else {
      let known = knowledge.exactProfiles.map(\.description).joined(separator: ", ")
      return (
        "There is no benchmark of \(profile) tokens.",
        ["Set traffic.promptTokens and traffic.outputTokens to one of \(known.isEmpty ? "the lengths you import" : known)."] + lessCertain
      )
    }
    let name = knowledge.models[model].id
    let others = knowledge.exactProfiles.filter { other in knowledge.exactRows(for: other).contains { $0.model == model } }
    var relax = ["Name another model, or none: the planner then chooses one."]
    if !others.isEmpty { relax.insert("Set the token lengths to \(others.map(\.description).joined(separator: " or ")).", at: 0) }
    return ("There is no benchmark of \(name) with \(profile) tokens.", relax + lessCertain)
  }

  /// Where the request lets only the more certain compete.
  private var lessCertain: [String] {
    guard let minimum = inputs.request.minimumConfidence, minimum != .estimated else { return [] }
    return ["Or set planning.minimumConfidence to estimated."]
  }

  /// The miss that came furthest: past the service level to the limits of money and GPUs first.
  private var withRows: (String?, [String]) {
    let stages: [[RejectionReason]] = [
      [.overBudget], [.tooManyGPUs], [.noPrice], [.ttftTooHigh, .itlTooHigh, .e2eTooHigh], [.tensorParallelTooHigh], [.gpuTypeNotAllowed],
      [.contextTooLong], [.insufficientMemory], [.contextUnknown], [.modelNotAllowed],
    ]
    for stage in stages {
      let here = misses.filter { stage.contains($0.reason) }
      guard !here.isEmpty else { continue }
      switch stage[0] {
      case .overBudget: return overBudget(here)
      case .tooManyGPUs: return tooManyGPUs(here)
      case .noPrice: return noPrice(here)
      case .tensorParallelTooHigh: return tensorParallel(here)
      case .gpuTypeNotAllowed: return gpuTypes(here)
      case .contextUnknown: return contextUnknown(here)
      case .modelNotAllowed: return ("Only models that are excluded could do it.", ["Exclude fewer in planning.excludedModels."])
      case .contextTooLong, .insufficientMemory: return tooLarge(here)
      default: return serviceLevel(here)
      }
    }
    return (nil, [])
  }

  /// What is not benchmarked says so.
  private func title(_ offer: Offer) -> String {
    let name = "\(inputs.modelName(for: offer.modelName)) on \(offer.gpus) × \(knowledge.accelerators[offer.accelerator].name)"
    return offer.confidence == .benchmarked ? name : "\(name) (\(offer.confidence.rawValue))"
  }

  private func overBudget(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    guard let nearest = misses.compactMap(\.candidate).min(by: Candidate.cheaper) else { return (nil, []) }
    let budget = inputs.request.budget
    var relax: [String] = []
    if let limit = budget.maxMonthlyUSD, nearest.cost.perMonthUSD > limit {
      relax.append("Raise budget.maxMonthlyUSD from \(Figure.money(limit)) to \(Figure.money(nearest.cost.perMonthUSD)).")
    }
    if let limit = budget.maxHourlyUSD, nearest.cost.perHourUSD > limit {
      relax.append("Raise budget.maxHourlyUSD from \(Figure.money(limit)) to \(Figure.money(nearest.cost.perHourUSD)).")
    }
    return (
      "The cheapest that meets the service level is \(title(nearest.offer)), \(nearest.replicas) replica(s), for "
        + "\(Figure.money(nearest.cost.perMonthUSD)) USD a month.", relax
    )
  }

  private func tooManyGPUs(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    let sized = misses.compactMap(\.candidate)
    guard let nearest = sized.min(by: { $0.gpuCount == $1.gpuCount ? Candidate.cheaper($0, $1) : $0.gpuCount < $1.gpuCount }) else {
      return ("The expected rate needs more GPUs than can be counted.", ["Lower traffic.expectedQPS."])
    }
    return (
      "The smallest that meets the service level is \(title(nearest.offer)) with \(nearest.gpuCount) GPUs in all.",
      ["Raise hardware.maxGPUs to \(nearest.gpuCount)."]
    )
  }

  private func noPrice(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    let names = Set(misses.compactMap { $0.offer.map { knowledge.accelerators[$0.accelerator].name } }).sorted().joined(separator: ", ")
    return ("What meets the service level has no price: \(names).", ["Give a price per hour for \(names)."])
  }

  private func serviceLevel(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    let target = inputs.target
    let ranked = misses.compactMap(\.offer).map { ($0, $0.serviceLevel.worst(against: target).ratio) }
    guard let nearest = ranked.min(by: { $0.1 == $1.1 ? title($0.0) < title($1.0) : $0.1 < $1.1 })?.0 else { return (nil, []) }
    let failing = ServiceLevel.Metric.allCases.filter { nearest.serviceLevel[$0] > target[$0] }
    let figures = failing.map { "\($0.title) \(Figure(nearest.serviceLevel[$0])) ms (target \(Figure(target[$0])))" }
    // Rounded up to a tenth, so that what is written here is enough.
    let relax = failing.map { "Set slo.\($0.rawValue)P95 to at least \(Figure((nearest.serviceLevel[$0] * 10).rounded(.up) / 10))." }
    return ("The nearest is \(title(nearest)): \(figures.joined(separator: ", ")).", relax)
  }

  private func tensorParallel(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    let fewest = misses.map(\.rejection.gpus).min() ?? 1
    return (
      "Benchmarks need at least \(fewest) GPUs for each replica.", ["Raise hardware.maxTensorParallel to \(fewest)."]
    )
  }

  private func gpuTypes(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    let places = misses.compactMap { try? knowledge.accelerator(named: $0.rejection.accelerator) }
    let names = Set(places.map(\.name)).sorted().joined(separator: ", ")
    return ("Benchmarks exist on \(names) only.", ["Add one of these to hardware.gpuTypes."])
  }

  private func contextUnknown(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    let names = Set(misses.map(\.rejection.model)).sorted()
    let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    return (
      "Nobody knows how much these read at a time: \(shown).",
      ["Leave planning.minimumContextTokens out, or bring the models with their contextLength into the catalogue."]
    )
  }

  private func tooLarge(_ misses: [Selection.NearMiss]) -> (String?, [String]) {
    let nearest = misses.map(\.rejection).min { ($0.ratio ?? .infinity, $0.sentence) < ($1.ratio ?? .infinity, $1.sentence) }
    if let most = nearest?.misses.first(where: { $0.figure == Selection.contextFigure })?.limit {
      return (nearest.map { "The nearest is \($0.sentence)." }, ["Lower planning.minimumContextTokens to \(Figure(most))."])
    }
    return (
      nearest.map { "The nearest is \($0.sentence)." },
      ["Name a smaller model or one that reads longer texts, larger GPUs, or shorter prompts and answers."]
    )
  }
}
