import LoadGenerator
import Scheduling
import Testing

@testable import DataPlane

/// A part of the requests is what it says, as far as chance allows: 4.9 standard deviations of a binomial distribution, which a right
/// split leaves once in a million runs.
@Suite struct `A split's shares` {
  private static func bounds(_ count: Int, percent: Int) -> ClosedRange<Double> {
    let share = Double(percent) / 100
    let deviation = (Double(count) * share * (1 - share)).squareRoot()
    return (Double(count) * share - 4.9 * deviation)...(Double(count) * share + 4.9 * deviation)
  }

  @Test(arguments: [1, 5, 10, 25, 50, 90]) func `are those of ten thousand tenants`(percent: Int) {
    let target = ModelTarget(
      name: "chat",
      variants: [.init(hops: [], counter: 0, upTo: UInt64(100 - percent)), .init(hops: [], counter: 1, upTo: 100)], isCounted: true)
    for first in [0, 1 << 32, UInt64.max - 10_000] as [UInt64] {
      let canary = (0..<10_000).count { target.variant(for: first &+ $0).counter == 1 }
      #expect(Self.bounds(10_000, percent: percent).contains(Double(canary)), "\(canary) of 10000 at \(percent) %")
    }
  }

  @Test func `are those of ten thousand requests over sockets`() async throws {
    try await TestPlane.run { plane in
      let (stable, canary) = (try await plane.modelServer { $0.json(answer) }, try await plane.modelServer { $0.json(answer) })
      var policy = TestPlane.policy(pools: [TestPlane.pool("stable", [stable]), TestPlane.pool("canary", [canary])])
      policy.models = [
        ModelRoute(name: "m", variants: [.init(pool: "stable", weight: 90), .init(pool: "canary", weight: 10)], sticky: .request)
      ]
      try plane.server.apply(policy)
      var sent = 0
      while sent < 10_000 {
        var plan = LoadPlan(
          port: plane.port, model: "m", arrivals: .closed(clients: 4), duration: .seconds(1), tiers: [.init(name: "free", share: 1)])
        plan.streams = false
        let report = try await Load.run(plan, on: plane.group)
        #expect(report.completed == report.sent)
        sent += report.sent
      }
      #expect(stable.requests.count + canary.requests.count == sent)
      #expect(Self.bounds(sent, percent: 10).contains(Double(canary.requests.count)), "\(canary.requests.count) of \(sent) at 10 %")
    }
  }
}
