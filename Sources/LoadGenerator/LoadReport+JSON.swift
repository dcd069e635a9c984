import JSON

extension LoadReport {
  /// The figures for programs: durations in milliseconds.
  package var json: JSONValue {
    .object([
      "elapsedSeconds": .double(elapsed.inSeconds), "requestsPerSecond": .double(requestsPerSecond),
      "tiers": .array(tiers.map(\.json)),
    ])
  }
}

extension LoadReport.Tier {
  fileprivate var json: JSONValue {
    let counts = [("sent", sent), ("completed", completed), ("broken", broken), ("timedOut", timedOut)]
    let byStatus = statuses.sorted { $0.key < $1.key }.map { ("\($0.key)", JSONValue.int(Int64($0.value))) }
    return .object(
      JSONObject(
        [("name", .string(name))] + counts.map { ($0, .int(Int64($1))) }
          + [("statuses", .object(JSONObject(byStatus))), ("timeToFirstToken", timeToFirstToken.json), ("endToEnd", endToEnd.json)]))
  }
}

extension Latencies {
  fileprivate var json: JSONValue {
    let quantiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999), ("max", 1)]
    return .object(
      JSONObject(quantiles.compactMap { name, rank in quantile(rank).map { (name, .double($0.inSeconds * 1000)) } }))
  }
}
