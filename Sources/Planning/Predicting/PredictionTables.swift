/// What of a knowledge predictions rest on, computed once; everything by the places of models and accelerators.
struct PredictionTables: Sendable {
  let fits: FittedTable
  let architectures: [ModelArchitecture?]
  /// As the models' names tell.
  let precisions: [WeightPrecision]
  let figures: [AcceleratorFigures?]
  /// The models of each architecture.
  let twins: [String: [Int]]
  /// Tokens that a model reads at a time: as its entry says, or as a row proves; 0 when neither does.
  let longestContext: [Int]

  /// `places` are the models and accelerators of the benchmarks.
  init(models: [ModelEntry], accelerators: [Accelerator], benchmarks: [Benchmark], places: [(model: Int, accelerator: Int)]) {
    fits = FittedTable(benchmarks, places: places)
    let architectures = models.map { ModelArchitecture(modelID: $0.id, parametersBillions: $0.parametersBillions) }
    self.architectures = architectures
    precisions = models.map { WeightPrecision(named: nil, modelID: $0.id) }
    figures = accelerators.map { AcceleratorFigures(named: $0.name) }
    var twins: [String: [Int]] = [:]
    for (model, architecture) in architectures.enumerated() {
      if let architecture { twins[architecture.name, default: []].append(model) }
    }
    self.twins = twins
    var longest = models.map(\.contextLength)
    for (benchmark, place) in zip(benchmarks, places) where longest[place.model] > 0 {
      longest[place.model] = max(longest[place.model], benchmark.profile.promptTokens + benchmark.profile.outputTokens)
    }
    longestContext = longest
  }
}
