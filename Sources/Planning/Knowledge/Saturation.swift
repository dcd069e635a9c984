/// Tells the rates that are a capacity from those that are only as much as anyone offered.
///
/// A sweep offers a configuration ever more load. Near saturation requests queue and the time a request takes climbs steeply; a
/// sweep whose last step takes less than twice as long as its first ended before that. Its highest rate is then a lower bound.
/// A sweep of a single step cannot show saturation.
package enum Saturation {
  /// Time of a request at the highest rate ÷ at the lowest, from which on the sweep has reached saturation.
  package static let slowdown = 2.0

  private struct Sweep: Hashable {
    let model: String
    let accelerator: String
    let gpus: Int
    let profile: TrafficProfile
  }

  /// The rows, with the one of the highest rate of each unsaturated sweep marked.
  package static func marking(_ benchmarks: [Benchmark]) -> [Benchmark] {
    var ends: [Sweep: (lowest: Int, highest: Int)] = [:]
    for (index, row) in benchmarks.enumerated() {
      guard let rate = row.requestsPerSecond, row.serviceLevel != nil else { continue }
      let sweep = Sweep(model: row.model, accelerator: row.accelerator, gpus: row.gpus, profile: row.profile)
      guard let end = ends[sweep] else {
        ends[sweep] = (index, index)
        continue
      }
      if rate < benchmarks[end.lowest].requestsPerSecond ?? 0 { ends[sweep]?.lowest = index }
      if rate > benchmarks[end.highest].requestsPerSecond ?? 0 { ends[sweep]?.highest = index }
    }
    var marked = benchmarks
    for end in ends.values {
      let first = duration(benchmarks[end.lowest])
      let last = duration(benchmarks[end.highest])
      marked[end.highest].isCapacityLowerBound = last < slowdown * first
    }
    return marked
  }

  private static func duration(_ row: Benchmark) -> Double { row.e2e.mean ?? row.e2e.p95 ?? 0 }
}
