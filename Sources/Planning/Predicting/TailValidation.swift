/// How far ``TailModel``'s percentiles are from measured ones: the check of its constants.
///
/// Each source of rows is one server under a series of random loads. The latency model is fitted to the means of the loads without
/// queueing, the queue gives the batch and its scatter at each rate, and what follows for the 95th percentiles is compared with what was
/// measured. No percentile is an input.
package enum TailValidation {
  /// Predicted ÷ measured 95th percentiles.
  package struct Ratios: Sendable, Hashable {
    package private(set) var ttft: [Double] = []
    package private(set) var itl: [Double] = []
    /// With answers of one length: what ``TailModel/lengthSpread`` adds is not in it.
    package private(set) var e2e: [Double] = []

    fileprivate mutating func add(_ predicted: ServiceLevel, _ seen: ServiceLevel) {
      ttft.append(predicted.ttft / seen.ttft)
      itl.append(predicted.itl / seen.itl)
      e2e.append(predicted.e2e / seen.e2e)
    }
  }

  /// Loads whose mean TTFT is this many times the least one's queue for something that the model does not know, such as prefills.
  package static let queueing = 2.0
  /// The engine's default limit.
  private static let maximumBatch = 256

  /// - Parameter rows: with rates, means and p95s; the rows of one source belong together.
  package static func ratios(of rows: [Benchmark]) -> Ratios {
    var ratios = Ratios()
    var sources: [String] = []
    for row in rows where !sources.contains(row.source) { sources.append(row.source) }
    for source in sources {
      let server = rows.filter { $0.source == source }
      let least = server.compactMap(\.ttft.mean).min() ?? 0
      let loads = server.filter { ($0.ttft.mean ?? .infinity) < queueing * least }
      guard let latency = LatencyModel(fitting: loads.compactMap { Observation($0) }) else { continue }
      for row in loads {
        guard let rate = row.requestsPerSecond, let seen = row.serviceLevel else { continue }
        let queue = ReplicaQueue(latency, profile: row.profile, maximumBatch: maximumBatch)
        let p95 = queue.percentiles(queue.state(at: rate))
        ratios.add(ServiceLevel(ttft: p95.ttft, itl: p95.itl, e2e: p95.ttft + Double(row.profile.outputTokens - 1) * p95.itl), seen)
      }
    }
    return ratios
  }

  /// E2E p95 ÷ mean of the rows that hold both, in ascending order: what ``TailModel/lengthSpread`` stands for.
  package static func spreads(of rows: [Benchmark], _ latency: (Benchmark) -> Benchmark.Latency) -> [Double] {
    rows.compactMap { row in
      let figures = latency(row)
      guard let mean = figures.mean, let p95 = figures.p95 else { return nil }
      return p95 / mean
    }.sorted()
  }
}
