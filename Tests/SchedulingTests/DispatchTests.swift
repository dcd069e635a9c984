import Scheduling
import Testing

@Suite struct DispatchTests {
  @Test func `nothing waits, nothing goes`() {
    var pool = Pool()
    #expect(pool.next() == nil)
    #expect(pool.scheduler.nextEviction() == nil)
    #expect(pool.scheduler.nextWakeup(now: pool.now) == nil)
  }

  @Test func `a request goes at once when a slot is free`() throws {
    var pool = Pool()
    let ticket = try pool.ticket("free")
    let dispatch = try pool.dispatch()
    #expect(dispatch.ticket == ticket && dispatch.tag == 1 && dispatch.backend == 0 && dispatch.waited == .zero)
    #expect(pool.next() == nil)
  }

  @Test func `without a free slot nothing goes until one ends`() throws {
    var pool = Pool(slots: 1)
    let first = try pool.ticket("free")
    _ = pool.drain()
    pool.submit("enterprise")
    #expect(pool.next() == nil)
    pool.finish(first)
    #expect(pool.next()?.tag == 2)
  }

  @Test func `the highest priority goes first when nobody is owed anything`() {
    var pool = Pool(slots: 3)
    for tier in ["free", "premium", "enterprise"] { pool.submit(tier) }
    let dispatches = pool.drain()
    #expect(dispatches.map(\.tag) == [3, 2, 1])
    #expect(dispatches.first?.rule == .priority)
  }

  @Test func `freed slots go to the tier below its entitlement first, and it does not go over while others are owed`() throws {
    var pool = Pool(slots: 10)
    for _ in 0..<20 { pool.submit("free") }
    var running = pool.drain()
    #expect(running.count == 10)
    for _ in 0..<20 { pool.submit("enterprise") }
    // Entitlements of 10 slots: enterprise 8.75, free 1.25. Free holds 10, so the next eight slots are enterprise's.
    var tiers: [Int] = []
    for _ in 0..<10 {
      pool.finish(running.removeFirst().ticket)
      let dispatch = try pool.dispatch()
      tiers.append(dispatch.tag > 20 ? 0 : 2)
      #expect(pool.next() == nil)
    }
    #expect(tiers.prefix(8).allSatisfy { $0 == 0 })
    #expect(tiers.filter { $0 == 2 }.count <= 2)
  }

  @Test func `a stale ticket is ignored`() throws {
    var pool = Pool()
    let ticket = try pool.ticket("free")
    let dispatch = try pool.dispatch()
    pool.finish(dispatch.ticket)
    pool.finish(ticket)
    pool.scheduler.cancel(ticket, now: pool.now)
    pool.scheduler.firstToken(ticket, now: pool.now)
    #expect(pool.scheduler.retry(ticket, .failure(.reset), now: pool.now).refusal?.reason == .retryBudget)
    #expect(pool.scheduler.attemptTimeout(for: ticket) == nil)
    pool.finish(Ticket(index: 99, generation: 0))
    #expect(pool.scheduler.statistics(now: pool.now).inUse == 0)
  }

  @Test func `an unknown tier is the default tier`() {
    var pool = Pool(slots: 1)
    _ = pool.scheduler.submit(Arrival(tier: 77), now: pool.now)
    #expect(pool.tier("free")?.waiting == 1)
  }

  @Test func `the backend with the least work in flight is chosen`() throws {
    var pool = Pool(backends: 3, slots: 4)
    pool.submit("free", prompt: 1000)
    pool.submit("free", prompt: 10)
    pool.submit("free", prompt: 500)
    #expect(Set(pool.drain().map(\.backend)) == [0, 1, 2])
    pool.submit("free", prompt: 10)
    let last = try pool.dispatch()
    #expect(last.backend == 1)
  }

  @Test(arguments: SchedulingPolicy.Algorithm.allCases)
  func `shares of backlogged tiers follow the weights, except under strict priority`(algorithm: SchedulingPolicy.Algorithm) throws {
    var endlessPatience = SchedulerSettings()
    (endlessPatience.refusalWait, endlessPatience.longestWait) = (1e6, 1e6)
    var pool = Pool(.standard(algorithm), settings: endlessPatience, slots: 4)
    var served = [0, 0, 0]
    var tierOfTag: [UInt64: Int] = [:]
    func submit(_ tier: Int, _ pool: inout Pool) {
      pool.submit(SchedulingPolicy.standard.tiers[tier].name)
      tierOfTag[pool.nextTag] = tier
    }
    for tier in 0..<3 { for _ in 0..<8 { submit(tier, &pool) } }
    var running = pool.drain()
    for _ in 0..<4000 {
      pool.wait(.milliseconds(1))
      pool.finish(running.removeFirst().ticket)
      let dispatch = try pool.dispatch()
      let tier = try #require(tierOfTag[dispatch.tag])
      served[tier] += 1
      submit(tier, &pool)
      running.append(dispatch)
    }
    let shares = served.map { Double($0) / 4000 }
    if algorithm == .strictPriority {
      #expect(shares[0] > 0.69)
    } else {
      for (share, weight) in zip(shares, [0.7, 0.2, 0.1]) { #expect(abs(share - weight) < 0.02, "\(shares)") }
    }
  }

  @Test func `tenants of one tier take turns by the tokens they were served`() throws {
    var pool = Pool(slots: 1)
    for _ in 0..<10 { pool.submit("free", tenant: 1, prompt: 300) }
    for _ in 0..<10 { pool.submit("free", tenant: 2, prompt: 100) }
    var tokens = [UInt64: Int]()
    for _ in 0..<12 {
      let dispatch = try pool.dispatch()
      let tenant: UInt64 = dispatch.tag <= 10 ? 1 : 2
      tokens[tenant, default: 0] += tenant == 1 ? 300 : 100
      pool.finish(dispatch.ticket)
    }
    #expect(abs(tokens[1, default: 0] - tokens[2, default: 0]) <= 300)
  }
}
