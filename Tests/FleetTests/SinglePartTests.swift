import Scheduling
import Testing

@Suite("A scheduler and its part")
struct SinglePartTests {
  static let backends = (0..<3).map { Backend(id: "b\($0)", host: "127.0.0.1", port: 8000 + $0) }

  @Test("A scheduler that has everything decides as one that never heard of parts", arguments: 1...10)
  func withoutParts(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var now = MonotonicTime(nanoseconds: 1)
    var plain = Scheduler(policy: .standard, backends: Self.backends, seed: 1, now: now)
    var told = plain
    var running: [Ticket] = []
    for round in 0..<2000 {
      now = now.advanced(by: .milliseconds(Int64(random.next() % 20)))
      for index in Self.backends.indices { told.setPart(nil, ofBackend: index, now: now) }
      told.setProspect(0)
      switch random.next() % 4 {
      case 0, 1:
        let arrival = Arrival(tier: Int(random.next() % 3), outputTokens: 20, tag: UInt64(round))
        let admission = plain.submit(arrival, now: now)
        #expect(admission == told.submit(arrival, now: now))
      case 2:
        guard !running.isEmpty else { break }
        let ticket = running.remove(at: Int(random.next() % UInt64(running.count)))
        let outcome: Outcome = random.next() % 20 == 0 ? .failure(.timeout) : .success(outputTokens: 20, promptTokens: nil)
        plain.finish(ticket, outcome, now: now)
        told.finish(ticket, outcome, now: now)
      default:
        let report = BackendReport(running: Int(random.next() % 6), waiting: Int(random.next() % 3))
        plain.report(report, from: 0, now: now)
        told.report(report, from: 0, now: now)
      }
      while let dispatch = plain.next(now: now) {
        #expect(told.next(now: now) == dispatch, "seed \(seed)")
        running.append(dispatch.ticket)
      }
      #expect(told.next(now: now) == nil)
      while let eviction = plain.nextEviction() { #expect(told.nextEviction() == eviction) }
    }
    #expect(plain.statistics(now: now) == told.statistics(now: now))
  }

  @Test("Only the slots of the part are filled, and a part that grows is filled at once")
  func part() {
    let now = MonotonicTime(nanoseconds: 1)
    var scheduler = Scheduler(policy: .standard, backends: Self.backends, seed: 1, now: now)
    for index in Self.backends.indices {
      scheduler.report(BackendReport(running: 0, waiting: 0, maximumSequences: 4), from: index, now: now)
      scheduler.setPart(BackendPart(slots: index, elsewhere: 0), ofBackend: index, now: now)
    }
    for tag in 0..<20 { _ = scheduler.submit(Arrival(tier: 0, tag: UInt64(tag)), now: now) }
    func drain() -> [Int] {
      var chosen: [Int] = []
      while let dispatch = scheduler.next(now: now) { chosen.append(dispatch.backend) }
      return chosen.sorted()
    }
    #expect(drain() == [1, 2, 2])
    scheduler.setPart(BackendPart(slots: 2, elsewhere: 2), ofBackend: 0, now: now)
    #expect(drain() == [0, 0])
    scheduler.setPart(BackendPart(slots: 0, elsewhere: 4), ofBackend: 2, now: now)
    scheduler.setPart(nil, ofBackend: 1, now: now)
    #expect(drain() == [1, 1, 1])
    #expect(scheduler.demand(now: now).backends.map(\.limit) == [4, 4, 4])
  }

  @Test("What other proxies have at a server is not taken for strangers' requests, nor for room")
  func reports() {
    let now = MonotonicTime(nanoseconds: 1)
    var scheduler = Scheduler(policy: .standard, backends: Self.backends, seed: 1, now: now)
    scheduler.setPart(BackendPart(slots: 2, elsewhere: 6), ofBackend: 0, now: now)
    for _ in 0..<3 { scheduler.report(BackendReport(running: 6, waiting: 0, maximumSequences: 8), from: 0, now: now) }
    #expect(scheduler.demand(now: now).backends[0].limit == 8)
    // Two more than the fleet has there are really somebody else's.
    for _ in 0..<3 { scheduler.report(BackendReport(running: 8, waiting: 0, maximumSequences: 8), from: 0, now: now) }
    #expect(scheduler.demand(now: now).backends[0].limit == 6)
  }

  @Test("A small part is no reason to refuse what the fleet has room for")
  func prospect() throws {
    var now = MonotonicTime(nanoseconds: 1)
    var scheduler = Scheduler(policy: .standard, backends: [Self.backends[0]], seed: 1, now: now)
    scheduler.setPart(BackendPart(slots: 1, elsewhere: 0), ofBackend: 0, now: now)
    for _ in 0..<10 {
      _ = scheduler.submit(Arrival(tier: 1), now: now)
      let next = scheduler.next(now: now)
      let dispatch = try #require(next)
      now = now.advanced(by: .milliseconds(200))
      scheduler.finish(dispatch.ticket, .success, now: now)
    }
    func refused() -> Int {
      (0..<40).count { _ in if case .refused = scheduler.submit(Arrival(tier: 1), now: now) { true } else { false } }
    }
    var small = scheduler
    #expect(refused() > 20)
    small.setProspect(12)
    scheduler = small
    #expect(refused() == 0)
  }
}

@Suite("A retry and its part")
struct RetryPartTests {
  @Test("A ticket whose attempt failed goes to the same backend again when no part of another is its scheduler's")
  func retry() throws {
    let now = MonotonicTime(nanoseconds: 1)
    var scheduler = Scheduler(policy: .standard, backends: SinglePartTests.backends, seed: 1, now: now)
    for index in SinglePartTests.backends.indices {
      scheduler.setPart(BackendPart(slots: index == 1 ? 1 : 0, elsewhere: 3), ofBackend: index, now: now)
    }
    scheduler.setTotal(1)
    _ = scheduler.submit(Arrival(tier: 0), now: now)
    let first = scheduler.next(now: now)
    let dispatch = try #require(first)
    _ = scheduler.retry(dispatch.ticket, .failure(.reset), now: now)
    #expect(scheduler.next(now: now)?.backend == 1)
  }
}
