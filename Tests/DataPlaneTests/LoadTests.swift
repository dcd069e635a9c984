import LoadGenerator
import NIOCore
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `The load generator` {
  private func plan(_ plane: TestPlane, _ arrivals: LoadPlan.Arrivals, streams: Bool = true) -> LoadPlan {
    var plan = LoadPlan(
      port: plane.port, model: "m", arrivals: arrivals, duration: .milliseconds(400),
      tiers: [.init(name: "enterprise", share: 1), .init(name: "free", share: 3)])
    plan.streams = streams
    return plan
  }

  private func stream(_ exchange: FakeModelServer.Exchange) {
    exchange.startStream()
    exchange.event("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}")
    exchange.event("[DONE]")
    exchange.endStream()
  }

  @Test func `sends as many requests as planned, split by tier, and measures every answer`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { stream($0) }
      try plane.serve(server)
      let report = try await Load.run(plan(plane, .open(requestsPerSecond: 400)), on: plane.group)
      // A Poisson process of mean 160: five standard deviations.
      #expect((97...223).contains(report.sent), "\(report.sent)")
      #expect(report.tiers[1].sent > report.tiers[0].sent)
      for tier in report.tiers {
        let refused = tier.statuses[429, default: 0] + tier.statuses[503, default: 0]
        #expect(tier.completed + refused == tier.sent && tier.completed == tier.endToEnd.count)
        let first = try #require(tier.timeToFirstToken.quantile(0.5))
        let last = try #require(tier.endToEnd.quantile(0.5))
        #expect(first > .zero && first <= last)
      }
      #expect(report.table.contains("enterprise") && report.table.split(separator: "\n").count == 3)
    }
  }

  @Test func `keeps a fixed number of clients busy in a closed loop`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { $0.json(answer) }
      try plane.serve(server)
      let report = try await Load.run(plan(plane, .closed(clients: 3), streams: false), on: plane.group)
      #expect(report.completed > 10 && report.requestsPerSecond > 0)
      let statistics = try await plane.server.statistics()
      #expect(statistics.pools[0].tiers.map(\.served).reduce(0, +) == UInt64(report.completed))
    }
  }

  @Test func `counts a stream that ends with an error event as broken`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer { exchange in
        exchange.startStream()
        exchange.event("1")
        exchange.close()
      }
      try plane.serve(server)
      let report = try await Load.run(plan(plane, .closed(clients: 1)), on: plane.group)
      #expect(report.completed == 0 && report.tiers.map(\.broken).reduce(0, +) > 0)
    }
  }

  @Test func `nobody listens is a failure of every request, not of the run`() async throws {
    try await TestPlane.run { plane in
      var plan = plan(plane, .closed(clients: 2))
      let gone = try await plane.modelServer()
      plan.port = gone.port
      await gone.stop()
      let report = try await Load.run(plan, on: plane.group)
      #expect(report.sent > 0 && report.tiers.map(\.broken).reduce(0, +) == report.sent)
    }
  }
}
