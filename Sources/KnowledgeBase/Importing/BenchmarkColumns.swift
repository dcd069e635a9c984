/// Which cell of a line holds what.
struct BenchmarkColumns {
  enum Column: String, CaseIterable {
    case kind, model, accelerator, gpus
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case requestsPerSecond = "requests_per_second"
    case concurrency
    case ttftMean = "ttft_mean_ms"
    case ttftP95 = "ttft_p95_ms"
    case itlMean = "itl_mean_ms"
    case itlP95 = "itl_p95_ms"
    case e2eMean = "e2e_mean_ms"
    case e2eP95 = "e2e_p95_ms"
    case source
    case date = "measured"
    case engineVersion = "engine_version"
    case precision
  }

  private var places: [Int]
  let count: Int

  init(_ header: [ArraySlice<UInt8>], file: String) throws(ImportError) {
    let names = header.map { String(decoding: $0, as: UTF8.self) }
    count = names.count
    places = Column.allCases.map { column in names.firstIndex(of: column.rawValue) ?? -1 }
    for (place, name) in names.enumerated() where names[..<place].contains(name) {
      throw ImportError(file: file, line: 1, column: place + 1, reason: "a second column \"\(name)\"")
    }
    for needed in [Column.model, .accelerator, .gpus, .promptTokens, .outputTokens] where self[needed] == nil {
      throw ImportError(file: file, line: 1, reason: "the column \"\(needed.rawValue)\" is missing")
    }
    if self[.requestsPerSecond] == nil, self[.concurrency] == nil {
      throw ImportError(file: file, line: 1, reason: "the column \"requests_per_second\" (or \"concurrency\") is missing")
    }
  }

  subscript(column: Column) -> Int? {
    let place = places[column.place]
    return place < 0 ? nil : place
  }
}

extension BenchmarkColumns.Column {
  /// The place in `allCases`, which is the order of declaration.
  fileprivate var place: Int {
    switch self {
    case .kind: 0
    case .model: 1
    case .accelerator: 2
    case .gpus: 3
    case .promptTokens: 4
    case .outputTokens: 5
    case .requestsPerSecond: 6
    case .concurrency: 7
    case .ttftMean: 8
    case .ttftP95: 9
    case .itlMean: 10
    case .itlP95: 11
    case .e2eMean: 12
    case .e2eP95: 13
    case .source: 14
    case .date: 15
    case .engineVersion: 16
    case .precision: 17
    }
  }
}
