import Scheduling
import Testing

/// Backends are compared by the tokens they have in flight, not by their requests: a long prompt is not one short question.
@Suite struct LeastWorkTests {
  private struct End {
    var at: MonotonicTime
    var ticket: Ticket
  }

  /// The 99th percentile of what short requests take, in seconds, at four servers that read prompts one after the other, a thousand tokens
  /// a second, and take whatever they are given.
  private static func shortRequests99th(tellsLength: Bool, seed: UInt64) throws -> Double {
    var policy = SchedulingPolicy.standard
    // Where to, and nothing else: who is slow here has been given too much.
    policy.circuitBreakers = false
    var pool = Pool(policy, backends: 4, slots: 4096)
    var random = SplitMix64(seed: seed)
    var freeAt = Array(repeating: pool.now, count: 4)
    var ends: [End] = []
    var times: [Double] = []
    for _ in 0..<4000 {
      // Nine of ten are short; the load is seven tenths of what the servers can do.
      let tokens = random.unit() < 0.9 ? 100 : 4000
      pool.wait(.seconds(1) * (2 * random.unit() * 490 / (0.7 * 4 * 1000)))
      for end in ends where end.at <= pool.now { pool.finish(end.ticket) }
      ends.removeAll { $0.at <= pool.now }
      pool.report(slots: 4096, backends: [0, 1, 2, 3])
      pool.submit("enterprise", prompt: tellsLength ? tokens : 0)
      let dispatch = try pool.dispatch()
      let done = max(freeAt[dispatch.backend], pool.now).advanced(by: .milliseconds(tokens))
      freeAt[dispatch.backend] = done
      ends.append(End(at: done, ticket: dispatch.ticket))
      if tokens == 100 { times.append(done.seconds(since: pool.now)) }
    }
    times.sort()
    return times[times.count * 99 / 100]
  }

  @Test func `with very different lengths short requests do not queue behind long ones as they do when requests are counted`() throws {
    for seed in UInt64(1)...5 {
      let byWork = try Self.shortRequests99th(tellsLength: true, seed: seed)
      let byCount = try Self.shortRequests99th(tellsLength: false, seed: seed)
      print("work, seed \(seed): p99 of short requests \(byWork.short) s by work, \(byCount.short) s by count")
      #expect(byWork < 0.8 * byCount, "seed \(seed): \(byWork) by work, \(byCount) by count")
    }
  }
}
