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
  let account: Account

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
    self.init(
      model: row.model, accelerator: row.accelerator, gpus: benchmark.gpus, modelName: benchmark.model,
      acceleratorName: benchmark.accelerator, rate: row.rate, serviceLevel: row.serviceLevel,
      isCapacityLowerBound: benchmark.isCapacityLowerBound, confidence: .benchmarked, basis: benchmark.kind, source: benchmark.source,
      typical: benchmark.typical, account: .row(benchmark))
  }
}
