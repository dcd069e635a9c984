/// A latency model fitted to the rows of one model on a number of GPUs of a kind, and how far those rows reach. Immutable, and
/// a class because hundreds of offers hold it.
final class FittedRows: Sendable {
  let gpus: Int
  let kind: Benchmark.Kind
  let precision: String?
  /// … as a format, where the rows tell it.
  let weights: WeightPrecision?
  let latency: LatencyModel
  let rows: Int
  let source: String
  /// The most requests in progress that a row saw.
  let largestBatch: Double
  let promptTokens: ClosedRange<Int>
  let outputTokens: ClosedRange<Int>

  /// `nil` when the rows are too few for a model.
  init?(gpus: Int, kind: Benchmark.Kind, precision: String?, source: String, observations: [Observation]) {
    guard let latency = LatencyModel(fitting: observations), latency.prefill != nil else { return nil }
    self.gpus = gpus
    self.kind = kind
    self.precision = precision
    weights = precision.map { WeightPrecision(named: $0, modelID: "") }
    self.source = source
    self.latency = latency
    rows = observations.count
    largestBatch = observations.map(\.batch).max() ?? 1
    let prompts = observations.map(\.profile.promptTokens)
    let outputs = observations.map(\.profile.outputTokens)
    promptTokens = (prompts.min() ?? 1)...(prompts.max() ?? 1)
    outputTokens = (outputs.min() ?? 1)...(outputs.max() ?? 1)
  }

  /// Between the rows' lengths, both included.
  func covers(_ profile: TrafficProfile) -> Bool {
    promptTokens.contains(profile.promptTokens) && outputTokens.contains(profile.outputTokens)
  }
}

/// All fits of a knowledge, by model and accelerator.
struct FittedTable: Sendable {
  private struct Pair: Hashable {
    let model: Int
    let accelerator: Int
  }

  private struct Group: Hashable {
    let pair: Pair
    let gpus: Int
    let kind: Benchmark.Kind
    let precision: String?
  }

  private struct Place {
    let group: Group
    let source: String
    var observations: [Observation] = []
  }

  private var fits: [Pair: [FittedRows]] = [:]

  /// `places` are the models and accelerators of the rows.
  init(_ rows: [Benchmark], places: [(model: Int, accelerator: Int)]) {
    var groups: [Place] = []
    var index: [Group: Int] = [:]
    // Neighbouring rows mostly belong together.
    var last = 0
    for (row, place) in zip(rows, places) {
      guard let observation = Observation(row) else { continue }
      let pair = Pair(model: place.model, accelerator: place.accelerator)
      let group = Group(pair: pair, gpus: row.gpus, kind: row.kind, precision: row.precision)
      if groups.isEmpty || groups[last].group != group {
        last = index[group] ?? groups.count
        if last == groups.count {
          index[group] = last
          groups.append(Place(group: group, source: row.source))
        }
      }
      groups[last].observations.append(observation)
    }
    for place in groups {
      let group = place.group
      // The order of rows in a file is no information: sums of doubles must not depend on it.
      let observations = place.observations.sorted(by: Observation.precedes)
      guard
        let fit = FittedRows(
          gpus: group.gpus, kind: group.kind, precision: group.precision, source: place.source, observations: observations)
      else { continue }
      fits[group.pair, default: []].append(fit)
    }
    for pair in fits.keys { fits[pair]?.sort(by: Self.precedes) }
  }

  /// By GPUs, then learned before measured before simulated before estimated, then the fit of most rows.
  private static func precedes(_ left: FittedRows, _ right: FittedRows) -> Bool {
    let leftKey = (left.gpus, left.kind.rank, -left.rows, left.precision ?? "")
    let rightKey = (right.gpus, right.kind.rank, -right.rows, right.precision ?? "")
    return leftKey < rightKey
  }

  /// In the order of GPUs and trust.
  func fits(model: Int, accelerator: Int) -> [FittedRows] { fits[Pair(model: model, accelerator: accelerator)] ?? [] }

  /// The pairs of model and accelerator that have any, in ascending order.
  var pairs: [(model: Int, accelerator: Int)] {
    fits.keys.map { ($0.model, $0.accelerator) }.sorted { $0 < $1 }
  }
}

extension Benchmark.Kind {
  /// 0 for the most trustworthy.
  var rank: Int {
    switch self {
    case .learned: 0
    case .measured: 1
    case .simulated: 2
    case .estimated: 3
    }
  }
}

extension Observation {
  static func precedes(_ left: Observation, _ right: Observation) -> Bool {
    let leftKey = (left.profile.promptTokens, left.profile.outputTokens, left.batch, left.itl, left.ttft ?? 0)
    let rightKey = (right.profile.promptTokens, right.profile.outputTokens, right.batch, right.itl, right.ttft ?? 0)
    return leftKey < rightKey
  }
}
