import Scheduling
import Testing

@Suite("A plan says where a backend begins")
struct PlannedStartTests {
  private static let backend = Backend(id: "a", host: "192.0.2.1", port: 8000)

  private func scheduler(_ start: PlannedStart?) -> Scheduler {
    Scheduler(policy: .standard, backends: [Self.backend], start: start, seed: 1, now: .zero)
  }

  @Test(
    "The limit begins with the plan's concurrency, and with four at least",
    arguments: [(nil, 4), (40, 40), (1, 4), (1_000_000, 4_096)] as [(Int?, Int)])
  func limit(concurrency: Int?, expected: Int) {
    let scheduler = scheduler(concurrency.map { PlannedStart(concurrency: $0, serviceTime: .seconds(2)) })
    #expect(scheduler.limit(ofBackend: 0, now: .zero) == expected)
  }

  @Test("A new plan is for backends that come after it; what was measured stays")
  func replaced() {
    var scheduler = scheduler(PlannedStart(concurrency: 10, serviceTime: .seconds(2)))
    scheduler.expect(PlannedStart(concurrency: 20, serviceTime: .seconds(1)))
    let other = Backend(id: "b", host: "192.0.2.2", port: 8000)
    scheduler.update(policy: .standard, backends: [Self.backend, other], now: .zero)
    #expect(scheduler.limit(ofBackend: 0, now: .zero) == 10)
    #expect(scheduler.limit(ofBackend: 1, now: .zero) == 20)
    scheduler.expect(nil)
    scheduler.update(policy: .standard, backends: [Self.backend, Backend(id: "c", host: "192.0.2.3", port: 8000)], now: .zero)
    #expect(scheduler.backendIndex(id: "c").map { scheduler.limit(ofBackend: $0, now: .zero) } == 4)
  }

  @Test("A plan that is wrong by a hundred times turns nobody away: its baseline fades among answers", arguments: [0.01, 100.0])
  func wrongPlan(factor: Double) {
    var scheduler = scheduler(PlannedStart(concurrency: 8, serviceTime: .milliseconds(Int(1_000 * factor))))
    var now = MonotonicTime.zero
    for tag in 0..<200 {
      let arrival = Arrival(tier: 0, tenant: 0, promptTokens: 10, outputTokens: 10, tag: UInt64(tag))
      guard case .waiting(let ticket) = scheduler.submit(arrival, now: now), scheduler.next(now: now)?.ticket == ticket else {
        Issue.record("request \(tag) was turned away, or waited at an idle backend")
        return
      }
      now = now.advanced(by: .seconds(1))
      scheduler.finish(ticket, .success(outputTokens: 10, promptTokens: 10), now: now)
    }
    let statistics = scheduler.statistics(now: now)
    #expect(statistics.backends[0].breakers.allSatisfy { $0 == .closed })
  }
}
