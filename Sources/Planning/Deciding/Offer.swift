/// What one replica of a configuration delivers, and how that is known.
struct Offer {
  /// Places in the knowledge.
  let model: Int
  let accelerator: Int
  /// GPUs of one replica.
  let gpus: Int
  /// As the benchmark row spells them, or the catalogue where there is no row.
  let modelName: String
  let acceleratorName: String
  /// Requests per second.
  let rate: Double
  let serviceLevel: ServiceLevel
  let isCapacityLowerBound: Bool
  let confidence: CapacityPlan.Confidence
  let basis: Benchmark.Kind
  let source: String
  let typical: CapacityPlan.Typical?
  /// Sentences for people about where the figures are from and what to make of them.
  let account: [String]

  var configuration: Configuration { Configuration(model: model, accelerator: accelerator, gpus: gpus) }
}

/// A model on a number of GPUs of a kind, by their places in the knowledge.
struct Configuration: Hashable {
  let model: Int
  let accelerator: Int
  let gpus: Int
}

extension Offer {
  /// A row of exactly the lengths that are asked for.
  init(_ row: Knowledge.Row) {
    let benchmark = row.benchmark
    var account = ["The figures are a \(benchmark.kind.rawValue) row of exactly \(benchmark.profile) tokens: \(benchmark.source)."]
    if let mean = benchmark.itl.mean, let p95 = benchmark.itl.p95, p95 < mean {
      account.append("The row's ITL p95 of \(Figure(p95)) ms is below its mean of \(Figure(mean)) ms: one of them is not what it says.")
    }
    self.init(
      model: row.model, accelerator: row.accelerator, gpus: benchmark.gpus, modelName: benchmark.model,
      acceleratorName: benchmark.accelerator, rate: row.rate, serviceLevel: row.serviceLevel,
      isCapacityLowerBound: benchmark.isCapacityLowerBound, confidence: .benchmarked, basis: benchmark.kind, source: benchmark.source,
      typical: benchmark.typical, account: account)
  }
}
