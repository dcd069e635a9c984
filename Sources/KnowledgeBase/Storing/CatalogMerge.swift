import Planning

/// Decides what a change does to the rows that a store holds beside the shipped ones.
struct CatalogMerge {
  private(set) var deleted: [Int64] = []
  private(set) var inserted: [Benchmark] = []
  private(set) var summary = CatalogChange.Summary()

  /// - Parameters:
  ///   - own: Rows that are not shipped, with the store's number for each, ascending.
  ///   - shipped: The shipped rows; what they say already is not stored twice.
  ///   - rounded: Numbers of the rows whose rate the store has rounded to two decimals.
  init(_ change: CatalogChange, own: [(id: Int64, row: Benchmark)], shipped: [Benchmark], rounded: Set<Int64> = []) {
    let known = change.benchmarks.isEmpty ? [] : Set(shipped.map(\.unmarked))
    let rows = change.benchmarks.map(\.unmarked)
    inserted = rows.filter { !known.contains($0) }
    summary.knownBenchmarks = rows.count - inserted.count
    summary.addedBenchmarks = inserted.count
    let keys = Set(inserted.map(\.key))
    let roundedKeys = rounded.isEmpty ? [] : Set(inserted.map { $0.key.rounded })
    for (id, row) in own where keys.contains(row.key) || rounded.contains(id) && roundedKeys.contains(row.key) { deleted.append(id) }
    summary.replacedBenchmarks = deleted.count
    if !change.learned.isEmpty { learn(change.learned.map(\.unmarked), own: own) }
  }

  private struct Configuration: Hashable {
    let model: String
    let accelerator: String
    let gpus: Int
    let profile: TrafficProfile

    init(_ row: Benchmark) {
      (model, accelerator, gpus, profile) = (row.model, row.accelerator, row.gpus, row.profile)
    }
  }

  private mutating func learn(_ rows: [Benchmark], own: [(id: Int64, row: Benchmark)]) {
    var kept: [Configuration: [Int64]] = [:]
    for (id, row) in own where row.kind == .learned { kept[Configuration(row), default: []].append(id) }
    for (configuration, group) in Dictionary(grouping: rows, by: Configuration.init) {
      let newest = group.suffix(CatalogStoreLimits.learnedRows)
      inserted += newest
      let there = kept[configuration] ?? []
      deleted += there.prefix(max(0, there.count + newest.count - CatalogStoreLimits.learnedRows))
    }
    summary.addedBenchmarks = inserted.count
  }
}
