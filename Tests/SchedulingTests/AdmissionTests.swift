import Scheduling
import Testing

@Suite struct AdmissionTests {
  @Test func `a request whose expected wait is over the limit is refused with the time to come back`() throws {
    var pool = Pool(slots: 1)
    pool.warmUp(.milliseconds(100))
    var refusal: Refusal?
    for _ in 0..<20 where refusal == nil { refusal = pool.submit("enterprise").refusal }
    #expect(refusal?.reason == .expectedWait)
    // One slot, 100 ms each: the excess over the limit drains in at least one service time.
    let retryAfter = try #require(refusal?.retryAfter)
    #expect(retryAfter >= .milliseconds(90) && retryAfter < .milliseconds(500))
  }

  @Test func `nothing is refused while there is room, whatever the service time`() {
    for duration in [Duration.milliseconds(100), .seconds(60)] {
      var pool = Pool(slots: 4)
      pool.warmUp(duration)
      for _ in 0..<4 { #expect(pool.submit("free").ticket != nil) }
    }
  }

  @Test func `the lowest tier is refused first`() {
    var pool = Pool(slots: 4)
    pool.warmUp(.milliseconds(100))
    var refused: [String: Int] = [:]
    for count in 0..<200 {
      for tier in ["enterprise", "premium", "free"] where refused[tier] == nil {
        if pool.submit(tier).refusal != nil { refused[tier] = count }
      }
    }
    #expect(refused["free", default: .max] <= refused["premium", default: .max])
    #expect(refused["premium", default: .max] <= refused["enterprise", default: .max])
    #expect(refused["enterprise"] != nil)
  }

  @Test func `before anything was measured a bounded number is admitted`() {
    var settings = SchedulerSettings()
    settings.maximumWaitingUnmeasured = 10
    var pool = Pool(settings: settings)
    let refusals = (0..<15).compactMap { _ in pool.submit("free").refusal }
    #expect(refusals.count == 5 && refusals.allSatisfy { $0.reason == .queueFull })
  }

  @Test func `a higher tier pushes out the newest ticket of the lowest one, and never the other way round`() throws {
    var settings = SchedulerSettings()
    settings.maximumWaiting = 3
    var pool = Pool(settings: settings)
    for tier in ["free", "free", "premium"] { pool.submit(tier) }
    #expect(pool.submit("free").refusal?.reason == .queueFull)
    #expect(pool.submit("enterprise").ticket != nil)
    let evictions = pool.evictions()
    #expect(evictions.map(\.tag) == [2] && evictions.first?.refusal.reason == .queueFull)
    #expect(pool.drain().map(\.tag) == [5, 3, 1])
  }

  @Test func `a ticket out of patience is turned away, one within is not`() throws {
    var pool = Pool(slots: 1)
    pool.warmUp(.milliseconds(100))
    pool.submit("free")
    _ = pool.drain()
    let late = try pool.ticket("free")
    pool.wait(.milliseconds(800))
    #expect(pool.next() == nil)
    #expect(pool.evictions().isEmpty)
    pool.wait(.milliseconds(200))
    #expect(pool.next() == nil)
    let evictions = pool.evictions()
    #expect(evictions.map(\.ticket) == [late] && evictions.first?.refusal.reason == .expectedWait)
    #expect(pool.tier("free")?.waiting == 0)
  }

  @Test func `the flood of one tenant is not the wait of another`() {
    var pool = Pool(slots: 1)
    pool.warmUp(.milliseconds(100))
    for _ in 0..<30 { pool.submit("enterprise", tenant: 1) }
    #expect(pool.submit("enterprise", tenant: 1).refusal?.reason == .expectedWait)
    #expect(pool.submit("enterprise", tenant: 2).ticket != nil)
  }

  @Test func `a starved ticket goes before a higher tier while its tier is owed work`() throws {
    var pool = Pool(slots: 1)
    pool.warmUp(.milliseconds(100))
    pool.submit("enterprise")
    let running = try pool.dispatch()
    let starving = try pool.ticket("free")
    pool.wait(.milliseconds(700))
    pool.submit("enterprise")
    pool.finish(running.ticket)
    let dispatch = try pool.dispatch()
    #expect(dispatch.ticket == starving && dispatch.rule == .starved)
  }

  @Test func `a cancelled ticket never runs, and a cancelled request frees its slot`() throws {
    var pool = Pool(slots: 1)
    let running = try pool.ticket("free")
    _ = pool.drain()
    let waiting = try pool.ticket("enterprise")
    let other = try pool.ticket("free")
    pool.scheduler.cancel(waiting, now: pool.now)
    pool.scheduler.cancel(running, now: pool.now)
    let next = try pool.dispatch()
    #expect(next.ticket == other)
    #expect(pool.tier("enterprise")?.cancelled == 1)
  }

  @Test func `a pool without backends refuses at once`() {
    var pool = Pool(backends: 0)
    #expect(pool.submit("enterprise").refusal?.reason == .noBackend)
  }
}
