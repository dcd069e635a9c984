import JSON
import PolicyFormat
import Scheduling

/// Reads the access log of `podium-proxy`: a JSON object a line, with `time`, `tier`, `tenant`, `prompt_tokens` and `output_tokens`.
///
/// Lines without a tier are of requests that reached no pool, and are left out. Of a request that was not answered nobody knows how
/// long its answer would have been: it is taken for as long as it allowed (`max_tokens`), else for as long as the others are on average.
enum AccessLogReader {
  static func read(_ lines: [ArraySlice<UInt8>], name: String) throws(PolicyError) -> (times: [Double], rows: [TraceFile.Row]) {
    var times: [Double] = []
    var rows: [TraceFile.Row] = []
    var unknown: [Int] = []
    for (index, line) in lines.enumerated() where !line.isEmpty {
      let place = "\(name): line \(index + 1)"
      guard let json = try? JSONValue(parsing: line) else { throw PolicyError(path: place, reason: "is no JSON object") }
      guard let tier = json["tier"]?.string else { continue }
      guard let time = json["time"]?.string.flatMap(TimeStamp.seconds) else {
        throw PolicyError(path: place, reason: "has no time such as 2026-01-31T12:00:00.125Z")
      }
      let output = tokens(json, "output_tokens") ?? tokens(json, "max_tokens")
      if output == nil { unknown.append(rows.count) }
      let tenant = json["tenant"]?.string.map(TraceFile.hash) ?? 0
      times.append(time)
      rows.append(
        TraceFile.Row(
          tier: tier,
          row: TraceRow(at: .zero, promptTokens: tokens(json, "prompt_tokens") ?? 0, outputTokens: max(1, output ?? 0), tenant: tenant)))
    }
    let known = rows.count - unknown.count
    let sum = rows.reduce(0) { $0 + $1.row.outputTokens } - unknown.count
    for index in unknown where known > 0 { rows[index].row.outputTokens = max(1, sum / known) }
    return (times, rows)
  }

  private static func tokens(_ json: JSONValue, _ field: String) -> Int? {
    json[field]?.int.map { min(max($0, 0), TokenDistribution.longest) }
  }
}
