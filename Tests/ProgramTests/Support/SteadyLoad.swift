import Foundation
import LoadGenerator
import TestKit

/// Clients that ask again as soon as they are answered, until they are told to end.
final class SteadyLoad: Sendable {
  private let task: Task<[LoadReport], any Error>

  /// Answers vary in length, about a second long, so that at any moment some are in the middle.
  init(_ dev: RunningDev, model: String, clients: Int = 12) throws {
    guard let port = URLComponents(string: dev.gateway)?.port else { throw TestKitError("no port in \(dev.gateway)") }
    task = Task {
      var reports: [LoadReport] = []
      while !Task.isCancelled {
        var plan = LoadPlan(
          port: port, model: model, arrivals: .closed(clients: clients), duration: .seconds(3), tiers: [.init(name: "free", share: 1)])
        plan.outputTokens = 80
        plan.outputSpread = 0.5
        plan.seed = UInt64(reports.count)
        reports.append(try await Load.run(plan))
      }
      return reports
    }
  }

  struct Answers: CustomStringConvertible {
    var sent = 0
    var statuses: [Int: Int] = [:]
    /// Cut off, or never begun.
    var broken = 0

    var areWhole: Bool { sent > 0 && statuses == [200: sent] && broken == 0 }
    var description: String { "\(sent) sent, by status \(statuses), \(broken) broken" }
  }

  func end() async throws -> Answers {
    task.cancel()
    return try await task.value.flatMap(\.tiers).reduce(into: Answers()) { sum, tier in
      sum.sent += tier.sent
      sum.statuses.merge(tier.statuses, uniquingKeysWith: +)
      sum.broken += tier.broken + tier.timedOut
    }
  }
}
