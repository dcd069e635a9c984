import LoadGenerator

/// What tiers are for, measured: each tier alone, then all of them at twice the capacity.
struct OverloadDemo {
  let command: LoadCommand

  /// Clients of the closed loop that finds the capacity: more than any small pool has slots, so that it is saturated.
  private let saturatingClients = 64

  func run() async throws {
    let seconds = command.duration
    print("Alone, one request at a time (\(Int(seconds / 2)) s a tier):")
    var alone: [(tier: TierShare, report: LoadReport)] = []
    for tier in command.tiers {
      alone.append((tier, try await command.measure(.closed(clients: 1), seconds: seconds / 2, tiers: [tier])))
    }
    let saturated = try await command.measure(.closed(clients: saturatingClients), seconds: seconds / 2, tiers: command.tiers)
    let capacity = saturated.requestsPerSecond
    guard capacity > 0 else { throw CleanFailure("no request was answered: is \(command.model) served at \(command.url)?") }
    print("Capacity: \(Self.rounded(capacity)) requests/s, measured with \(saturatingClients) clients that never pause.")
    print("Then \(Self.rounded(capacity * 2)) requests/s for \(Int(seconds)) s, \(mix):\n")
    let overloaded = try await command.measure(.open(requestsPerSecond: capacity * 2), seconds: seconds, tiers: command.tiers)
    print(table(alone, overloaded))
    print("\nMeasured on this machine against simulated model servers; times in ms from the planned arrival to the last byte.")
  }

  private var mix: String {
    let total = command.tiers.reduce(0) { $0 + $1.share }
    return command.tiers.map { "\(Int(($0.share / total * 100).rounded())) % \($0.name)" }.joined(separator: ", ")
  }

  private func table(_ alone: [(tier: TierShare, report: LoadReport)], _ overloaded: LoadReport) -> String {
    let head = ["TIER", "ALONE p50", "p95", "p99", "OVERLOAD p50", "p95", "p99", "p99 RATIO", "SENT", "ANSWERED", "REFUSED", "FAILED"]
    let rows = zip(alone, overloaded.tiers).map { alone, overload -> [String] in
      let before = alone.report.tiers.first?.endToEnd
      let refused = overload.statuses[429, default: 0] + overload.statuses[503, default: 0]
      let ratio = before?.quantile(0.99).flatMap { before in overload.endToEnd.quantile(0.99).map { $0 / before } }
      return [alone.tier.name] + [0.5, 0.95, 0.99].map { Self.milliseconds(before?.quantile($0)) }
        + [0.5, 0.95, 0.99].map { Self.milliseconds(overload.endToEnd.quantile($0)) }
        + [ratio.map { Self.rounded($0, digits: 2) + " x" } ?? "-", "\(overload.sent)", "\(overload.completed)", "\(refused)"]
        + ["\(overload.sent - overload.completed - refused)"]
    }
    return PlanTable.align([head] + rows)
  }

  private static func milliseconds(_ duration: Duration?) -> String {
    guard let duration else { return "-" }
    return rounded((Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18) * 1000, digits: 0)
  }

  private static func rounded(_ value: Double, digits: Int = 1) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let text = "\((value * scale).rounded() / scale)"
    return digits == 0 && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
