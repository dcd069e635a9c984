import Scheduling
import Testing

@Suite struct UpdateTests {
  @Test func `a new policy drops nothing, and tickets of a vanished tier move to the default tier in their order`() throws {
    var pool = Pool(slots: 1)
    let running = try pool.ticket("premium")
    _ = pool.drain()
    for tier in ["free", "premium", "free", "enterprise", "premium"] { pool.submit(tier) }
    var policy = SchedulingPolicy.standard
    policy.tiers = [
      policy.tiers[2], TierPolicy(name: "gold", weight: 50, priority: 80, sla: .standard, breaker: .moderate), policy.tiers[0],
    ]
    pool.scheduler.update(policy: policy, backends: Pool.backends(1), now: pool.now)
    #expect(pool.tier("free")?.waiting == 4 && pool.tier("enterprise")?.waiting == 1 && pool.tier("gold")?.waiting == 0)
    #expect(pool.tier("free")?.inUse == 1)
    pool.submit("gold")
    pool.finish(running)
    var order: [UInt64] = []
    while let dispatch = pool.next() {
      order.append(dispatch.tag)
      pool.finish(dispatch.ticket)
    }
    #expect(Set(order) == [2, 3, 4, 5, 6, 7])
    #expect(order.filter { [2, 3, 4, 6].contains($0) } == [2, 3, 4, 6])
    #expect(pool.scheduler.statistics(now: pool.now).inUse == 0)
  }

  @Test func `a removed backend drains and keeps its index, a returning one is used again`() throws {
    var pool = Pool(backends: 2, slots: 1)
    pool.submit("free")
    pool.submit("free")
    let running = pool.drain()
    let all = Pool.backends(2)
    pool.scheduler.update(policy: .standard, backends: [all[1]], now: pool.now)
    #expect(pool.scheduler.backend(at: 0)?.id == "b0")
    #expect(pool.scheduler.statistics(now: pool.now).backends.map(\.draining) == [true, false])
    pool.submit("free")
    for dispatch in running where dispatch.backend == 0 { pool.finish(dispatch.ticket) }
    #expect(pool.scheduler.backend(at: 0) == nil && pool.next() == nil)
    pool.scheduler.update(policy: .standard, backends: all, now: pool.now)
    let next = try pool.dispatch()
    #expect(pool.scheduler.backend(at: next.backend)?.id == "b0")
  }

  @Test func `weights and priorities change at the next decision`() throws {
    var pool = Pool(slots: 1)
    pool.submit("free")
    pool.submit("enterprise")
    var policy = SchedulingPolicy.standard
    policy.tiers[2].priority = 101
    pool.scheduler.update(policy: policy, backends: Pool.backends(1), now: pool.now)
    #expect(try pool.dispatch().tag == 1)
  }

  @Test func `statistics say who waits, who runs and what is earned`() {
    var pool = Pool(slots: 2)
    for tier in ["enterprise", "free", "free"] { pool.submit(tier) }
    _ = pool.drain()
    let statistics = pool.scheduler.statistics(now: pool.now)
    #expect(statistics.capacity == 2 && statistics.inUse == 2 && statistics.waiting == 1)
    #expect(statistics.tiers.map(\.waiting) == [0, 0, 1] && statistics.tiers.map(\.inUse) == [1, 0, 1])
    #expect(statistics.tiers.map(\.entitlement) == [0.875, 0, 0.125])
    #expect(statistics.backends.first?.breakers == [.closed, .closed, .closed])
  }
}
