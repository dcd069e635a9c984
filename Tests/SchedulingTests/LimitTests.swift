import Scheduling
import Testing

@Suite struct LimitTests {
  /// Feeds an inferred limit with answers of a server whose latency is a function of the requests it has.
  static func settle(
    _ limit: inout ConcurrencyLimit, answers: Int, jitter: Double = 0.1, used: Double = 1, latency: (Double) -> Double
  ) {
    var random = SplitMix64(seed: 3)
    for _ in 0..<answers {
      let inUse = max(1, (Double(limit.limit) * used).rounded())
      let sample = latency(inUse) * (1 + jitter * (2 * random.unit() - 1))
      limit.succeeded(latency: sample, concurrency: Int(inUse), window: limit.window)
    }
  }

  @Test(arguments: [0.1, 60.0]) func `the limit settles at a server's number of places, whatever its speed`(service: Double) {
    for places in [8.0, 32, 100] {
      var limit = ConcurrencyLimit(initial: 4, maximum: 4096)
      Self.settle(&limit, answers: 20_000) { service * max(1, $0 / places) }
      #expect(Double(limit.limit) > 0.75 * places && Double(limit.limit) < 1.3 * places, "\(places): \(limit.limit)")
    }
  }

  @Test func `with a batch that slows down it settles at the knee`() {
    var limit = ConcurrencyLimit(initial: 4, maximum: 4096)
    Self.settle(&limit, answers: 50_000) { 1 + 0.02 * $0 }
    #expect(limit.limit > 30 && limit.limit < 80, "\(limit.limit)")
  }

  @Test func `a limit that is not used does not grow`() {
    var limit = ConcurrencyLimit(initial: 64, maximum: 4096)
    Self.settle(&limit, answers: 10_000, used: 0.3) { _ in 1 }
    #expect(limit.limit == 64)
  }

  @Test func `it follows a server that loses half of its places`() {
    var limit = ConcurrencyLimit(initial: 4, maximum: 4096)
    Self.settle(&limit, answers: 20_000) { max(1, $0 / 32) }
    Self.settle(&limit, answers: 20_000) { max(1, $0 / 16) }
    #expect(limit.limit > 11 && limit.limit < 22, "\(limit.limit)")
  }

  @Test func `time-outs make it back off, once a window`() {
    var limit = ConcurrencyLimit(initial: 100, maximum: 4096)
    for _ in 0..<10 { limit.overloaded() }
    #expect(limit.limit == 80)
  }

  @Test func `answers of requests from before a change do not count`() {
    var limit = ConcurrencyLimit(initial: 4, maximum: 4096)
    for _ in 0..<100 { limit.succeeded(latency: 1, concurrency: 4, window: limit.window &- 1) }
    #expect(limit.limit == 4 && limit.reason == .starting)
  }

  @Test func `a stated maximum is the limit, less what others use`() {
    var pool = Pool()
    pool.report(slots: 12, backends: [0])
    #expect(pool.scheduler.limit(ofBackend: 0, now: pool.now) == 12)
    for _ in 0..<2 { pool.scheduler.report(BackendReport(running: 5, waiting: 0, maximumSequences: 12), from: 0, now: pool.now) }
    #expect(pool.scheduler.limit(ofBackend: 0, now: pool.now) == 7)
  }

  @Test(arguments: [
    (BackendReport(running: 3, waiting: 2, maximumSequences: 8), LimitReason.reportedQueue),
    (BackendReport(running: 3, waiting: 0, kvCacheUsage: 0.97, maximumSequences: 8), .reportedCache),
  ])
  func `a queue at the server, or a full cache, means full`(report: BackendReport, reason: LimitReason) throws {
    var pool = Pool(slots: 8)
    for _ in 0..<3 { pool.submit("enterprise") }
    #expect(pool.drain().count == 3)
    pool.scheduler.report(report, from: 0, now: pool.now)
    pool.submit("enterprise")
    #expect(pool.next() == nil)
    #expect(pool.scheduler.statistics(now: pool.now).backends.first?.limitReason == reason)
    pool.report(slots: 8, backends: [0])
    _ = try pool.dispatch()
  }

  @Test func `a report that is too old no longer counts`() {
    var pool = Pool()
    for _ in 0..<4 {
      pool.report(slots: 50, backends: [0])
      pool.wait(.milliseconds(10))
    }
    #expect(pool.scheduler.limit(ofBackend: 0, now: pool.now) == 50)
    pool.wait(.milliseconds(100))
    #expect(pool.scheduler.statistics(now: pool.now).backends.first?.limitReason != .reportedMaximum)
  }

  @Test func `a policy may insist on inferred limits`() {
    var policy = SchedulingPolicy.standard
    policy.capacity = .inferred
    var pool = Pool(policy)
    pool.report(slots: 50, backends: [0])
    #expect(pool.scheduler.limit(ofBackend: 0, now: pool.now) == SchedulerSettings().initialLimit)
  }

  @Test func `a long answer is not taken for a slow server`() {
    var model = LengthModel()
    for index in 0..<200 { model.add(outputTokens: 10 + index % 100, seconds: 0.5 + 0.01 * Double(10 + index % 100)) }
    let ratio = (0.5 + 10) / model.factor(outputTokens: 1000) / ((0.5 + 0.1) / model.factor(outputTokens: 10))
    #expect(abs(ratio - 1) < 0.05)
    #expect(model.factor(outputTokens: nil) == 1)
  }
}
