/// All that a plan may be based on, as one immutable value with its indexes.
package struct Knowledge: Sendable {
  package let useCases: [UseCase]
  package private(set) var accelerators: [Accelerator]
  package let models: [ModelEntry]
  package let benchmarks: [Benchmark]
  package let quality: QualityTable

  /// Rows that hold a rate and all three percentiles.
  private let rowsByProfile: [TrafficProfile: [Row]]
  private let useCaseNames: NameIndex
  private let acceleratorNames: NameIndex
  private let modelNames: NameIndex

  let predicting: PredictionTables

  /// A row with the places of its model and accelerator.
  struct Row: Sendable {
    let benchmark: Benchmark
    let rate: Double
    let serviceLevel: ServiceLevel
    let model: Int
    let accelerator: Int
  }

  /// Accelerators that only benchmarks name are added without a price, models that only benchmarks name with their size read
  /// from the name; rows whose sweep stopped before saturation are marked (``Saturation``).
  package init(
    useCases: [UseCase], accelerators: [Accelerator], models: [ModelEntry], benchmarks: [Benchmark], quality: QualityTable
  ) {
    self.useCases = useCases
    self.quality = quality
    self.benchmarks = Saturation.marking(benchmarks)
    useCaseNames = NameIndex(useCases.map { [$0.name] })

    var models = models
    var modelNames = NameIndex(models.map { [$0.id] + $0.aliases })
    var accelerators = accelerators
    var acceleratorNames = NameIndex(accelerators.map { [$0.name] + $0.aliases })
    var rows: [TrafficProfile: [Row]] = [:]
    var places: [(model: Int, accelerator: Int)] = []
    places.reserveCapacity(benchmarks.count)
    for benchmark in self.benchmarks {
      let model = modelNames.place(of: benchmark.model) { models.append(.unlisted(benchmark.model)) }
      let accelerator = acceleratorNames.place(of: benchmark.accelerator) { accelerators.append(.unlisted(benchmark.accelerator)) }
      places.append((model, accelerator))
      guard let level = benchmark.serviceLevel, let rate = benchmark.requestsPerSecond else { continue }
      let row = Row(benchmark: benchmark, rate: rate, serviceLevel: level, model: model, accelerator: accelerator)
      rows[benchmark.profile, default: []].append(row)
    }
    self.models = models
    self.modelNames = modelNames
    self.accelerators = accelerators
    self.acceleratorNames = acceleratorNames
    rowsByProfile = rows
    predicting = PredictionTables(models: models, accelerators: accelerators, benchmarks: self.benchmarks, places: places)
  }

  /// The rows of exactly these lengths that hold a rate and all three percentiles: the basis of a benchmarked plan.
  func exactRows(for profile: TrafficProfile) -> [Row] { rowsByProfile[profile] ?? [] }

  /// The lengths for which ``exactRows(for:)`` has rows, in ascending order.
  package var exactProfiles: [TrafficProfile] { rowsByProfile.keys.sorted() }
}

// MARK: Names

extension Knowledge {
  /// Case and aliases do not matter. Throws ``PlanProblem/unknownName(_:field:nearest:)`` with the nearest names.
  package func useCase(named name: String) throws(PlanProblem) -> UseCase {
    guard let index = useCaseNames[name] else {
      throw .unknownName(name, field: "useCase", nearest: useCaseNames.nearest(to: name))
    }
    return useCases[index]
  }

  package func accelerator(named name: String) throws(PlanProblem) -> Accelerator { accelerators[try acceleratorIndex(named: name)] }

  package func model(named name: String) throws(PlanProblem) -> ModelEntry { models[try modelIndex(named: name)] }

  func modelIndex(named name: String) throws(PlanProblem) -> Int {
    guard let index = modelNames[name] else { throw .unknownName(name, field: "model", nearest: modelNames.nearest(to: name)) }
    return index
  }

  func acceleratorIndex(named name: String) throws(PlanProblem) -> Int {
    guard let index = acceleratorNames[name] else {
      throw .unknownName(name, field: "hardware.gpuTypes", nearest: acceleratorNames.nearest(to: name))
    }
    return index
  }

  /// The accelerator that a node's label `nvidia.com/gpu.product` names, if it is a known one.
  package func accelerator(nodeLabel: String) -> Accelerator? { acceleratorNames[nodeLabel].map { accelerators[$0] } }

  /// The same knowledge with prices in USD per hour by accelerator name or alias. Unknown accelerators are added.
  package func with(prices: [String: Double]) -> Knowledge {
    var accelerators = accelerators
    for (name, price) in prices.sorted(by: { $0.key < $1.key }) {
      if let index = acceleratorNames[name] {
        accelerators[index].pricePerHourUSD = price
        accelerators[index].pricedOn = nil
      } else {
        accelerators.append(.unlisted(name, price: price))
      }
    }
    return Knowledge(useCases: useCases, accelerators: accelerators, models: models, benchmarks: benchmarks, quality: quality)
  }

  /// The same knowledge with every accelerator changed, but for its names.
  func with(_ change: (inout Accelerator) -> Void) -> Knowledge {
    var copy = self
    for index in copy.accelerators.indices { change(&copy.accelerators[index]) }
    return copy
  }

  /// The same knowledge with other benchmark rows and no other.
  package func with(benchmarks: [Benchmark]) -> Knowledge {
    Knowledge(useCases: useCases, accelerators: accelerators, models: models, benchmarks: benchmarks, quality: quality)
  }
}

extension Accelerator {
  static func unlisted(_ name: String, price: Double? = nil) -> Accelerator {
    Accelerator(name: name, nodeLabel: name, memoryGB: 0, pricePerHourUSD: price, source: unlistedSource)
  }
}

extension ModelEntry {
  static func unlisted(_ id: String) -> ModelEntry {
    ModelEntry(
      id: id, parametersBillions: QualityTable.parametersBillions(inName: id), contextLength: 0, minimumMemoryGB: 0, recommendedFor: [])
  }
}
