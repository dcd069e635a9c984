import Scheduling
import Testing

@Suite struct FailureTests {
  @Test func `a failed attempt goes first and elsewhere`() throws {
    var pool = Pool(backends: 2, slots: 1)
    pool.submit("free")
    let first = try pool.dispatch()
    pool.submit("free")
    let second = try pool.dispatch()
    pool.submit("free")
    #expect(pool.scheduler.retry(first.ticket, .failure(.connect), now: pool.now).ticket == first.ticket)
    // Only the backend that failed has a slot: it is for the others.
    let third = try pool.dispatch()
    #expect(third.tag == 3 && third.backend == first.backend)
    pool.finish(second.ticket)
    let again = try pool.dispatch()
    #expect(again.tag == 1 && again.backend == second.backend)
  }

  @Test func `with one backend a retry goes to the same one`() throws {
    var pool = Pool(backends: 1, slots: 2)
    pool.submit("free")
    let first = try pool.dispatch()
    #expect(pool.scheduler.retry(first.ticket, .failure(.reset), now: pool.now).ticket != nil)
    let again = try pool.dispatch()
    #expect(again.tag == 1 && again.backend == first.backend)
  }

  @Test func `attempts for one ticket are bounded`() throws {
    var pool = Pool(backends: 2, slots: 8)
    pool.submit("free")
    var attempts = 0
    while attempts < 10, let dispatch = pool.next() {
      attempts += 1
      if let refusal = pool.scheduler.retry(dispatch.ticket, .failure(.status5xx), now: pool.now).refusal {
        #expect(refusal.reason == .retryBudget)
      }
    }
    #expect(attempts == 3)
    #expect(pool.scheduler.statistics(now: pool.now).inUse == 0)
  }

  @Test func `retries are a part of live traffic`() throws {
    var policy = SchedulingPolicy.standard
    policy.circuitBreakers = false
    var pool = Pool(policy, backends: 2, slots: 50)
    for _ in 0..<100 { pool.submit("free") }
    let running = pool.drain()
    let refused = running.filter { pool.scheduler.retry($0.ticket, .failure(.reset), now: pool.now).refusal != nil }.count
    // 40 % of what lives, of which a lower tier may use half.
    #expect(refused >= 75 && refused <= 85)
  }

  @Test func `enterprise leaves a dead backend after few failures, free traffic later, and comes back by itself`() throws {
    var pool = Pool(backends: 2, slots: 100)
    pool.warmUp(.milliseconds(100))
    func failures(_ tier: String, _ pool: inout Pool) throws -> Int {
      let index = try #require(pool.scheduler.tierIndex(named: tier))
      var count = 0
      while pool.scheduler.breaker(tier: index, backend: 0, now: pool.now) == .closed, count < 100 {
        pool.submit(tier)
        let dispatch = try pool.dispatch()
        pool.finish(dispatch.ticket, dispatch.backend == 0 ? .failure(.connect) : .success)
        if dispatch.backend == 0 { count += 1 }
      }
      return count
    }
    let counts = try ["enterprise", "premium", "free"].map { try failures($0, &pool) }
    #expect(counts == counts.sorted() && counts[0] >= 2 && counts[0] < counts[2] && counts[2] < 20, "\(counts)")
    // One service time later (a quarter of jitter) a probe may go; three good ones close the breaker.
    pool.wait(.milliseconds(130))
    pool.report(slots: 100, backends: [0, 1])
    #expect(pool.scheduler.breaker(tier: 0, backend: 0, now: pool.now) == .halfOpen)
    for _ in 0..<12 {
      pool.submit("enterprise")
      let dispatch = try pool.dispatch()
      pool.wait(.milliseconds(100))
      pool.finish(dispatch.ticket)
    }
    #expect(pool.scheduler.breaker(tier: 0, backend: 0, now: pool.now) == .closed)
  }

  @Test func `when every backend is open those who wait are turned away with the time of the soonest probe`() throws {
    var pool = Pool(backends: 1, slots: 1)
    pool.warmUp(.milliseconds(100))
    let index = try #require(pool.scheduler.tierIndex(named: "enterprise"))
    var waiting: Ticket?
    for _ in 0..<20 where pool.scheduler.breaker(tier: index, backend: 0, now: pool.now) == .closed {
      pool.submit("enterprise")
      let dispatch = try pool.dispatch()
      waiting = pool.submit("enterprise").ticket
      pool.finish(dispatch.ticket, .failure(.connect))
      if pool.scheduler.breaker(tier: index, backend: 0, now: pool.now) == .closed, let waiting {
        pool.scheduler.cancel(waiting, now: pool.now)
      }
    }
    #expect(pool.next() == nil)
    let eviction = try #require(pool.evictions().first)
    #expect(eviction.ticket == waiting && eviction.refusal.reason == .noBackend)
    #expect(eviction.refusal.retryAfter > .zero && eviction.refusal.retryAfter <= .milliseconds(125))
    #expect(pool.submit("enterprise").refusal?.reason == .noBackend)
    // Free tolerates more: it keeps probing.
    #expect(pool.submit("free").ticket != nil)
  }

  @Test func `time-outs follow what was measured and the tier's tolerance`() throws {
    var pool = Pool(slots: 8)
    let unknown = try pool.ticket("enterprise")
    #expect(pool.scheduler.attemptTimeout(for: unknown) == nil)
    pool.scheduler.cancel(unknown, now: pool.now)
    pool.warmUp(.milliseconds(100))
    let strict = try pool.ticket("enterprise")
    let lenient = try pool.ticket("free")
    let short = try #require(pool.scheduler.attemptTimeout(for: strict))
    let long = try #require(pool.scheduler.attemptTimeout(for: lenient))
    #expect(short >= .milliseconds(199) && short < .milliseconds(400))
    #expect(long > short * 4)
  }
}
