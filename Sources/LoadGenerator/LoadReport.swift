/// What a load measured.
package struct LoadReport: Sendable {
  package struct Tier: Sendable {
    package var name: String
    package var sent = 0
    /// Answered in full with status 200.
    package var completed = 0
    /// Answers by status, complete or not.
    package var statuses: [Int: Int] = [:]
    /// Connections refused or broken, answers cut short, error events in a stream.
    package var broken = 0
    package var timedOut = 0
    /// From the planned arrival to the first byte of a complete answer's body.
    package var timeToFirstToken = Latencies()
    /// From the planned arrival to the last byte of a complete answer.
    package var endToEnd = Latencies()
  }

  package var tiers: [Tier]
  /// From the first request to the last answer.
  package var elapsed: Duration = .zero

  package var completed: Int { tiers.reduce(0) { $0 + $1.completed } }
  package var sent: Int { tiers.reduce(0) { $0 + $1.sent } }
  package var requestsPerSecond: Double { Double(completed) / max(elapsed.inSeconds, 1e-9) }
}

/// Measured durations.
package struct Latencies: Sendable {
  private var nanoseconds: [UInt64] = []

  package mutating func add(nanoseconds value: UInt64) { nanoseconds.append(value) }

  package var count: Int { nanoseconds.count }

  /// The value that the part `quantile` (0 to 1) of all values does not exceed (nearest rank); `nil` without any value.
  package func quantile(_ quantile: Double) -> Duration? {
    guard !nanoseconds.isEmpty else { return nil }
    let sorted = nanoseconds.sorted()
    let rank = Int((quantile * Double(sorted.count)).rounded(.up)) - 1
    return .nanoseconds(Int64(sorted[min(max(rank, 0), sorted.count - 1)]))
  }
}

extension LoadReport {
  /// A table for people: milliseconds per tier.
  package var table: String {
    let head = ["tier", "sent", "ok", "refused", "failed", "ttft p50", "p95", "p99", "total p50", "p95", "p99"]
    let rows = tiers.map { tier in
      let refused = tier.statuses[429, default: 0] + tier.statuses[503, default: 0]
      let failed = tier.sent - tier.completed - refused
      let figures = [0.5, 0.95, 0.99].map { Self.milliseconds(tier.timeToFirstToken.quantile($0)) }
      let totals = [0.5, 0.95, 0.99].map { Self.milliseconds(tier.endToEnd.quantile($0)) }
      return [tier.name, "\(tier.sent)", "\(tier.completed)", "\(refused)", "\(failed)"] + figures + totals
    }
    let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([head] + rows).map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
    return lines.joined(separator: "\n")
  }

  private static func milliseconds(_ duration: Duration?) -> String {
    guard let duration else { return "-" }
    let tenths = Int((duration.inSeconds * 10_000).rounded())
    return tenths >= 1000 ? "\((tenths + 5) / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
