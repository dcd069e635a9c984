import JSON

extension Histogram {
  /// More bounds than any layout of ours has; a page with more is no page of a proxy.
  private static let maximumBounds = 256

  /// Bounds and the sum in nanoseconds, the counts bucket by bucket, not cumulative.
  var json: JSONValue {
    func numbers(_ values: [UInt64]) -> JSONValue { .array(values.map { JSONValue(Int(clamping: $0)) }) }
    return ["bounds": numbers(layout.nanoseconds), "counts": numbers(buckets), "sum": JSONValue(Int(clamping: totalNanoseconds))]
  }

  /// `nil` when bounds and counts do not belong together.
  init?(json: JSONValue) {
    guard let bounds = json["bounds"]?.array?.compactMap(\.int), let counts = json["counts"]?.array?.compactMap(\.int),
      bounds.count <= Self.maximumBounds, counts.count == bounds.count + 1, counts.allSatisfy({ $0 >= 0 }),
      zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.first ?? 1 > 0
    else { return nil }
    let nanoseconds = bounds.map { UInt64($0) }
    let known = [HistogramLayout.latency, .gap].first { $0.nanoseconds == nanoseconds }
    self.init(
      known ?? HistogramLayout(nanoseconds: nanoseconds), buckets: counts.map { UInt64($0) },
      totalNanoseconds: UInt64(max(0, json["sum"]?.int ?? 0)))
  }
}
