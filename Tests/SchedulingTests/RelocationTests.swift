import Scheduling
import Testing

@Suite struct RelocationTests {
  private func inUse(_ pool: Pool) -> [Int] { pool.scheduler.statistics(now: pool.now).backends.map(\.inUse) }

  @Test func `a ticket that runs elsewhere takes its slot along, and ends there`() throws {
    var pool = Pool(backends: 3, slots: 2)
    pool.warmUp()
    pool.submit("free")
    let dispatch = try pool.dispatch()
    let other = (dispatch.backend + 1) % 3
    pool.scheduler.move(dispatch.ticket, to: other, now: pool.now)
    #expect(inUse(pool)[other] == 1 && inUse(pool).reduce(0, +) == 1)
    pool.wait(.milliseconds(100))
    pool.finish(dispatch.ticket)
    #expect(inUse(pool) == [0, 0, 0])
    let statistics = pool.scheduler.statistics(now: pool.now)
    #expect(statistics.tiers.map(\.failed).reduce(0, +) == 0)
    // Nothing was said about the backend that it was bound to.
    #expect(statistics.backends.allSatisfy { $0.breakers.allSatisfy { $0 == .closed } })
  }

  @Test func `a backend that others had to stand in for opens its breaker like any that fails`() throws {
    var pool = Pool(backends: 2, slots: 100)
    pool.warmUp(count: 20)
    for _ in 0..<200 {
      pool.submit("enterprise")
      guard let dispatch = pool.next() else { break }
      pool.wait(.milliseconds(100))
      pool.report(slots: 100, backends: [0, 1])
      if dispatch.backend == 0 { pool.scheduler.move(dispatch.ticket, to: 1, failure: .connect, now: pool.now) }
      pool.finish(dispatch.ticket)
    }
    #expect(pool.scheduler.breaker(tier: 0, backend: 0, now: pool.now) == .open)
    #expect(pool.scheduler.breaker(tier: 0, backend: 1, now: pool.now) == .closed)
    #expect(inUse(pool) == [0, 0])
  }

  @Test func `a ticket that waits, has ended, or would stay where it is does not move`() throws {
    var pool = Pool(backends: 2, slots: 1)
    let (first, second, waiting) = (try pool.ticket("free"), try pool.ticket("free"), try pool.ticket("free"))
    let bound = Dictionary(uniqueKeysWithValues: pool.drain().map { ($0.ticket, $0.backend) })
    let before = inUse(pool)
    pool.scheduler.move(waiting, to: 0, now: pool.now)
    pool.scheduler.move(first, to: try #require(bound[first]), now: pool.now)
    pool.scheduler.move(first, to: 9, now: pool.now)
    #expect(inUse(pool) == before)
    pool.finish(second)
    pool.scheduler.move(second, to: 0, now: pool.now)
    #expect(inUse(pool).reduce(0, +) == 1)
  }

  @Test func `alternatives are those that are allowed, the free ones first`() throws {
    var pool = Pool(backends: 4, slots: 1)
    let ticket = try pool.ticket("free")
    let bound = try pool.dispatch().backend
    // One more is full.
    pool.submit("free")
    let full = try pool.dispatch().backend
    let found = pool.scheduler.alternatives(for: ticket, limit: 3, now: pool.now) { _ in true }
    #expect(found.count == 3 && !found.contains(bound) && found.last == full)
    #expect(pool.scheduler.alternatives(for: ticket, limit: 3, now: pool.now) { $0.port == 8000 + full } == [full])
    #expect(pool.scheduler.alternatives(for: ticket, limit: 0, now: pool.now) { _ in true }.isEmpty)
    #expect(pool.scheduler.serves(tier: 2, now: pool.now) { $0.port == 8003 })
    #expect(!pool.scheduler.serves(tier: 2, now: pool.now) { _ in false })
    #expect(pool.scheduler.serviceIndex { $0.port == 8002 } == 2)
  }
}
