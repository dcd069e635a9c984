import LoadGenerator
import NIOCore
import Scheduling
import Synchronization
import Testing

@testable import DataPlane

/// A model server with room for a few requests at once and a queue of its own, as vLLM has.
final class BatchServer: Sendable {
  private struct State {
    var running = 0
    var queue: [FakeModelServer.Exchange] = []
    var longestQueue = 0
  }
  private let state = Mutex(State())
  private let loop: any EventLoop
  let slots: Int
  private let serviceTime: TimeAmount

  init(slots: Int, serviceTime: TimeAmount, loop: any EventLoop) {
    self.slots = slots
    self.serviceTime = serviceTime
    self.loop = loop
  }

  var longestQueue: Int { state.withLock { $0.longestQueue } }

  func accept(_ exchange: FakeModelServer.Exchange) {
    let starts = state.withLock { state in
      guard state.running >= slots else {
        state.running += 1
        return true
      }
      state.queue.append(exchange)
      state.longestQueue = max(state.longestQueue, state.queue.count)
      return false
    }
    if starts { serve(exchange) }
  }

  private func serve(_ exchange: FakeModelServer.Exchange) {
    loop.scheduleTask(in: serviceTime) { [self] in
      exchange.json(answer)
      let next: FakeModelServer.Exchange? = state.withLock { state in
        guard !state.queue.isEmpty else {
          state.running -= 1
          return nil
        }
        return state.queue.removeFirst()
      }
      if let next { serve(next) }
    }
  }

  /// What `/metrics` of a vLLM server would say now: everything but how many requests it runs at most.
  var metrics: String {
    let (running, waiting) = state.withLock { ($0.running, $0.queue.count) }
    return """
      vllm:num_requests_running{engine="0"} \(running)
      vllm:num_requests_waiting{engine="0"} \(waiting)
      vllm:kv_cache_usage_perc{engine="0"} 0.1\n
      """
  }
}

@Suite(.serialized) struct `Twice as much load as a model server can carry` {
  @Test(arguments: [SchedulingPolicy.CapacitySource.reported, .inferred])
  func `is served enterprise first, and free requests bear the refusals`(capacity: SchedulingPolicy.CapacitySource) async throws {
    try await TestPlane.run { plane in
      let batch = BatchServer(slots: 8, serviceTime: .milliseconds(40), loop: plane.group.next())
      let server = try await FakeModelServer(on: plane.group, metrics: { batch.metrics }, answer: { batch.accept($0) })
      var scheduling = SchedulingPolicy.standard
      scheduling.capacity = capacity
      try plane.server.apply(TestPlane.policy(pools: [TestPlane.pool("m", [server], scheduling: scheduling)]))
      // 8 slots at 25 rounds per second are 200 requests per second.
      var plan = LoadPlan(
        port: plane.port, model: "m", arrivals: .open(requestsPerSecond: 400), duration: .seconds(4),
        tiers: [.init(name: "enterprise", share: 10), .init(name: "premium", share: 20), .init(name: "free", share: 70)])
      plan.streams = false
      let report = try await Load.run(plan, on: plane.group)
      let (enterprise, free) = (report.tiers[0], report.tiers[2])
      #expect(enterprise.completed >= enterprise.sent * 98 / 100, "\(capacity)\n\(report.table)")
      #expect(free.statuses[429, default: 0] > free.sent / 4, "\(capacity)\n\(report.table)")
      let important = try #require(enterprise.endToEnd.quantile(0.5))
      let other = try #require(free.endToEnd.quantile(0.5))
      #expect(important * 2 < other, "\(capacity)\n\(report.table)")
      #expect(report.tiers.allSatisfy { $0.broken == 0 && $0.timedOut == 0 }, "\(capacity)\n\(report.table)")
      print("2 × overload, capacity \(capacity.rawValue), longest queue at the server \(batch.longestQueue)\n\(report.table)")
    }
  }
}
