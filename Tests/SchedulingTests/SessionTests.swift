import Scheduling
import Testing

@Suite struct SessionTests {
  @Test func `a session holds its slot and says nothing about service times, limits or breakers`() throws {
    var pool = Pool(slots: 4)
    pool.warmUp(.milliseconds(100))
    let before = pool.scheduler.statistics(now: pool.now)
    pool.submit("enterprise")
    let session = try pool.dispatch().ticket
    pool.scheduler.opened(session, now: pool.now)
    pool.wait(.seconds(3600))
    #expect(pool.scheduler.statistics(now: pool.now).inUse == 1)
    pool.finish(session, .success(outputTokens: 50_000, promptTokens: 10_000))
    let after = pool.scheduler.statistics(now: pool.now)
    #expect(after.inUse == 0 && after.referenceServiceTime == before.referenceServiceTime)
    #expect(after.backends.map(\.breakers) == before.backends.map(\.breakers))
    #expect(after.backends.map(\.latencyRatio) == before.backends.map(\.latencyRatio))
  }

  @Test func `a session that was a probe lets the breaker go on when it begins, not when it ends`() throws {
    var pool = Pool(slots: 4)
    pool.warmUp(.milliseconds(100))
    var opened = false
    for _ in 0..<200 where !opened {
      pool.submit("enterprise")
      guard let dispatch = pool.next() else { break }
      pool.wait(.milliseconds(1))
      pool.finish(dispatch.ticket, .failure(.status5xx))
      opened = pool.scheduler.breaker(tier: 0, backend: 0, now: pool.now) == .open
    }
    try #require(opened)
    pool.wait(.seconds(60))
    for _ in 0..<3 {
      pool.report(slots: 4, backends: [0])
      pool.submit("enterprise")
      pool.scheduler.opened(try pool.dispatch().ticket, now: pool.now)
    }
    #expect(pool.scheduler.breaker(tier: 0, backend: 0, now: pool.now) == .closed)
  }
}

@Suite struct AttemptTimeoutTests {
  private func timeout(_ tier: String, after service: Duration) throws -> Double {
    var pool = Pool(slots: 4)
    for number in 0..<200 {
      pool.submit(tier)
      guard let dispatch = pool.next() else { continue }
      // A tenth more, a tenth less.
      pool.wait(service * (9 + number % 3) / 10)
      pool.report(slots: 4, backends: [0])
      pool.finish(dispatch.ticket)
    }
    pool.submit(tier)
    let ticket = try pool.dispatch().ticket
    return try #require(pool.scheduler.attemptTimeout(for: ticket)) / service
  }

  @Test(arguments: [Duration.milliseconds(100), .seconds(60)])
  func `is the same multiple of the service time at every scale, and the tier's tolerance`(service: Duration) throws {
    // 1 + 4 mean deviations of 0.067, times the tier's tolerance.
    let (enterprise, premium, free) = try (
      timeout("enterprise", after: service), timeout("premium", after: service), timeout("free", after: service)
    )
    #expect(enterprise > 2.2 && enterprise < 2.9, "\(enterprise)")
    #expect(abs(premium / enterprise - 2.5) < 0.05 && abs(free / enterprise - 5) < 0.1)
  }

  @Test func `is unknown before anything was measured`() throws {
    var pool = Pool(slots: 4)
    let ticket = try pool.ticket("free")
    #expect(pool.scheduler.attemptTimeout(for: ticket) == nil)
  }
}
