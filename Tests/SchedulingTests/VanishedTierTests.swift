import Scheduling
import Testing

@Suite struct `A tier that vanishes` {
  @Test func `leaves its waiting tickets to the default tier, also when that takes over its index`() {
    func tier(_ name: String) -> TierPolicy { TierPolicy(name: name, weight: 10, priority: 10, sla: .standard, breaker: .moderate) }
    let backend = Backend(host: "127.0.0.1", port: 1)
    var policy = SchedulingPolicy(tiers: [tier("gone"), tier("kept")], defaultTier: "kept")
    var scheduler = Scheduler(policy: policy, backends: [backend], seed: 1, now: .zero)
    var time = MonotonicTime.zero
    for tag in 0..<20 {
      let admission = scheduler.submit(Arrival(tier: tag % 4 == 0 ? 1 : 0, tenant: UInt64(tag % 3), tag: UInt64(tag)), now: time)
      guard case .waiting = admission else { return #expect(Bool(false), "\(admission)") }
    }
    var running: [Dispatch] = []
    while let dispatch = scheduler.next(now: time) { running.append(dispatch) }
    #expect(!running.isEmpty && running.count < 20)
    policy.tiers.removeFirst()
    scheduler.update(policy: policy, backends: [backend], now: time)
    var served: [UInt64] = []
    while let dispatch = running.popLast() {
      served.append(dispatch.tag)
      time = time.advanced(by: .milliseconds(1))
      scheduler.finish(dispatch.ticket, .success, now: time)
      while let dispatch = scheduler.next(now: time) { running.append(dispatch) }
      while let eviction = scheduler.nextEviction() { served.append(eviction.tag) }
    }
    #expect(served.sorted() == Array(0..<20))
  }
}
