import Planning

/// What an import brings.
package struct CatalogChange: Sendable {
  package struct Summary: Sendable, Hashable {
    package var addedBenchmarks = 0
    /// Rows of the same configuration, load, engine and precision that gave way.
    package var replacedBenchmarks = 0
    /// Rows that the shipped facts have already.
    package var knownBenchmarks = 0
    package var addedEntries = 0
    package var replacedEntries = 0

    package init() {}
  }

  package var entries: [CatalogEntry]
  package var benchmarks: [Benchmark]
  /// Rows that join those that are there, up to a limit.
  package var learned: [Benchmark]

  /// Refuses rows with numbers that cannot be meant, before anything is written.
  func check() throws(KnowledgeError) {
    for row in benchmarks + learned {
      if let problem = row.problem { throw .unusable("\(row.model) on \(row.accelerator): \(problem)") }
    }
  }

  package init(entries: [CatalogEntry] = [], benchmarks: [Benchmark] = [], learned: [Benchmark] = []) {
    self.entries = entries
    self.benchmarks = benchmarks
    self.learned = learned
  }
}

extension Benchmark {
  /// What a row is about: importing another row of the same key replaces it.
  struct Key: Hashable {
    let kind: Kind
    let model: String
    let accelerator: String
    let gpus: Int
    let profile: TrafficProfile
    let concurrency: Int?
    var requestsPerSecond: Double?
    let engineVersion: String?
    let precision: String?

    /// With the rate to two decimals.
    var rounded: Key {
      var key = self
      key.requestsPerSecond = requestsPerSecond.map { ($0 * 100).rounded() / 100 }
      return key
    }
  }

  var key: Key {
    Key(
      kind: kind, model: model, accelerator: accelerator, gpus: gpus, profile: profile, concurrency: concurrency,
      requestsPerSecond: requestsPerSecond, engineVersion: engineVersion, precision: precision)
  }

  /// What cannot be meant, with the same bounds as for files.
  fileprivate var problem: String? {
    let counts = [
      ("gpus", gpus, 1024), ("prompt_tokens", profile.promptTokens, 10_000_000), ("output_tokens", profile.outputTokens, 10_000_000),
    ]
    for (name, value, limit) in counts + [("concurrency", concurrency ?? 1, 10_000_000)] where !(1...limit).contains(value) {
      return "\(name): \(value) is not a whole number from 1 to \(limit)"
    }
    let latencies = [("ttft", ttft), ("itl", itl), ("e2e", e2e)].flatMap { [("\($0)_mean_ms", $1.mean), ("\($0)_p95_ms", $1.p95)] }
    for (name, value) in latencies + [("requests_per_second", requestsPerSecond)] {
      let limit = name == "requests_per_second" ? 1e9 : 86_400_000
      if let value, !(value > 0 && value <= limit) { return "\(name): \(value) is not a number above 0 and up to \(limit)" }
    }
    if model.isEmpty || accelerator.isEmpty { return "the model and the accelerator need names" }
    if let date, CalendarDay(date) == nil { return "\"\(date)\" is no day; write it as 2026-04-17" }
    return requestsPerSecond == nil && concurrency == nil ? "neither requests_per_second nor concurrency is given" : nil
  }

  /// Without the mark that ``Knowledge`` makes.
  var unmarked: Benchmark {
    var row = self
    row.isCapacityLowerBound = false
    return row
  }
}
