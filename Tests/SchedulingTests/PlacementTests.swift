import Scheduling
import Testing

@testable import Simulation

@Suite struct `Where a request goes` {
  @Test func `is the backend with the least work in flight, not with the fewest requests`() throws {
    var pool = Pool(backends: 2, slots: 8)
    try #require(pool.submit("free", prompt: 5000, output: 1000).ticket != nil)
    let long = try pool.dispatch().backend
    for _ in 0..<3 {
      pool.submit("free", prompt: 100, output: 50)
      #expect(try pool.dispatch().backend != long)
    }
  }

  @Test func `takes an answer for as long as answers are, and its maximum for no more than a bound`() throws {
    var pool = Pool(backends: 1, slots: 8)
    pool.warmUp(count: 12, output: 50)
    func work(prompt: Int, maximum: Int) -> Int {
      var copy = pool
      _ = copy.scheduler.submit(Arrival(tier: 0, promptTokens: prompt, maximumOutputTokens: maximum), now: copy.now)
      _ = copy.next()
      return copy.scheduler.statistics(now: copy.now).backends[0].workInFlight
    }
    #expect(work(prompt: 100, maximum: 4096) == 100 + 2 * 50)
    #expect(work(prompt: 100, maximum: 10) == 100 + 2 * 10)
    #expect(work(prompt: 100, maximum: 0) == 100 + 2 * 50)
    // Before anything has been measured the bound is all there is.
    pool = Pool(backends: 1, slots: 8)
    #expect(work(prompt: 100, maximum: 300) == 100 + 2 * 300)
  }

  @Test func `gives an answer the time that its maximum may take`() throws {
    var pool = Pool(backends: 1, slots: 8)
    for tokens in [20, 40, 60, 80, 20, 40, 60, 80, 20, 40, 60, 80] {
      pool.warmUp(.milliseconds(Int64(tokens) * 10), count: 1, output: tokens)
    }
    func timeout(maximum: Int) throws -> Duration {
      _ = pool.scheduler.submit(Arrival(tier: 0, promptTokens: 100, maximumOutputTokens: maximum), now: pool.now)
      return try #require(pool.scheduler.attemptTimeout(for: pool.dispatch().ticket))
    }
    let (short, long) = (try timeout(maximum: 50), try timeout(maximum: 500))
    #expect(long > short * 5)
  }
}

@Suite struct `Prefix affinity` {
  private static func pool(_ backends: Int, slots: Int = 8, placement: SchedulingPolicy.Placement = .prefixAffinity) -> Pool {
    var policy = SchedulingPolicy.standard
    policy.placement = placement
    // Whose breaker opens depends on where requests went.
    policy.circuitBreakers = false
    return Pool(policy, backends: backends, slots: slots)
  }

  private static func dispatch(_ pool: inout Pool, prefix: UInt64, tokens: Int = 100) throws -> Dispatch {
    _ = pool.scheduler.submit(Arrival(tier: 2, promptTokens: tokens, prefix: prefix), now: pool.now)
    return try pool.dispatch()
  }

  /// The backend of each prefix while nothing else is in flight.
  private static func homes(_ pool: inout Pool, _ prefixes: some Sequence<UInt64>) throws -> [Int] {
    try prefixes.map { prefix in
      let dispatch = try dispatch(&pool, prefix: prefix)
      pool.finish(dispatch.ticket)
      return dispatch.backend
    }
  }

  @Test func `sends one prefix to one backend, and prefixes to all of them`() throws {
    var pool = Self.pool(4)
    let first = try Self.homes(&pool, 1...400)
    #expect(try Self.homes(&pool, 1...400) == first)
    for backend in 0..<4 { #expect((60...140).contains(first.count { $0 == backend })) }
    // Another proxy, which has seen nothing, decides the same.
    var other = Self.pool(4)
    #expect(try Self.homes(&other, 1...400) == first)
  }

  @Test func `moves only the prompts of a backend that goes`() throws {
    var pool = Self.pool(4)
    let before = try Self.homes(&pool, 1...400)
    pool.scheduler.update(policy: pool.scheduler.policy, backends: Array(Pool.backends(4).dropLast()), now: pool.now)
    let after = try Self.homes(&pool, 1...400)
    for (old, new) in zip(before, after) where old != 3 { #expect(new == old) }
    #expect(!after.contains(3) && Set(zip(before, after).filter { $0.0 == 3 }.map(\.1)).count == 3)
  }

  @Test func `spreads a popular prefix: no backend has more than its bounded part of the work`() throws {
    var pool = Self.pool(4, slots: 64)
    for _ in 0..<128 {
      _ = try Self.dispatch(&pool, prefix: 7)
      let work = pool.scheduler.statistics(now: pool.now).backends.map(\.workInFlight)
      let mean = Double(work.reduce(0, +)) / 4
      // Where one request more is over the bound everywhere, the least loaded backend takes it.
      #expect(Double(work.max() ?? 0) <= max(SchedulerSettings().affinityLoadFactor * mean, mean + 100))
    }
  }

  @Test func `leaves no slot empty while somebody waits, and changes nobody's turn`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    var (affine, plain) = (Self.pool(3, slots: 2), Self.pool(3, slots: 2, placement: .leastWork))
    var running: [(Dispatch, Dispatch)] = []
    for step in 0..<2000 {
      if random.unit() < 0.6 || running.isEmpty {
        let arrival = Arrival(
          tier: Int(random.unit() * 3), promptTokens: 100, prefix: 1 + UInt64(random.unit() * 4), tag: UInt64(step))
        _ = affine.scheduler.submit(arrival, now: affine.now)
        _ = plain.scheduler.submit(arrival, now: plain.now)
      } else {
        let (left, right) = running.remove(at: Int(random.unit() * Double(running.count)))
        affine.finish(left.ticket)
        plain.finish(right.ticket)
      }
      let (left, right) = (affine.drain(), plain.drain())
      #expect(left.map(\.tag) == right.map(\.tag), "seed \(seed), step \(step)")
      running += zip(left, right)
      let state = affine.scheduler.statistics(now: affine.now)
      #expect(state.waiting == 0 || state.inUse == state.capacity, "seed \(seed), step \(step)")
      affine.wait(.microseconds(10))
      plain.wait(.microseconds(10))
    }
  }

  @Test func `lets caches be hit more often, and answers come sooner (simulated)`() {
    let least = CacheSimulation.run(.leastWork, seed: 11)
    let affine = CacheSimulation.run(.prefixAffinity, seed: 11)
    print("simulated caches: hits \(least.hitRate) by least work, \(affine.hitRate) by prefix; p99 \(least.p99) s and \(affine.p99) s")
    #expect(affine.hitRate > 1.5 * least.hitRate)
    #expect(affine.p99 <= 1.05 * least.p99 && affine.mean < least.mean)
  }
}

/// Four servers on virtual time, each with room for the prompts of a few conversations in its cache: a hit saves the prefill.
private struct CacheSimulation {
  struct Result {
    var hitRate: Double
    var mean: Double
    var p99: Double
  }

  private static let servers = 4
  private static let slots = 8
  /// Prefixes that one server's cache holds, of those that are asked for.
  private static let cached = 24
  private static let prefixes = 120
  private var pool: Pool
  private var random: SplitMix64
  private var caches: [[UInt64]] = Array(repeating: [], count: Self.servers)
  private var running: [(end: MonotonicTime, dispatch: Dispatch)] = []
  private var arrived: [UInt64: (MonotonicTime, UInt64)] = [:]
  private var latencies: [Double] = []
  private var hits = 0

  init(_ placement: SchedulingPolicy.Placement, seed: UInt64) {
    var policy = SchedulingPolicy.standard
    policy.placement = placement
    pool = Pool(policy, backends: Self.servers, slots: Self.slots)
    random = SplitMix64(seed: seed)
  }

  static func run(_ placement: SchedulingPolicy.Placement, seed: UInt64) -> Result {
    var simulation = CacheSimulation(placement, seed: seed)
    return simulation.run()
  }

  private mutating func run(requests: Int = 6000) -> Result {
    var arrival = pool.now
    for number in 1...requests {
      // 0.4 s with a cold cache and 0.25 s with a warm one; 32 slots: about 75 % busy when all are cold.
      arrival = arrival.advanced(by: .nanoseconds(Int64(-Logarithm.natural(1 - random.unit()) / 60 * 1e9)))
      serve(until: arrival)
      pool.now = arrival
      let prefix = popular()
      arrived[UInt64(number)] = (arrival, prefix)
      _ = pool.scheduler.submit(
        Arrival(tier: 0, promptTokens: 1500, outputTokens: 50, prefix: prefix, tag: UInt64(number)), now: pool.now)
      start()
    }
    serve(until: nil)
    latencies.sort()
    return Result(
      hitRate: Double(hits) / Double(requests), mean: latencies.reduce(0, +) / Double(latencies.count),
      p99: latencies[latencies.count * 99 / 100])
  }

  /// The first prefixes are asked for more often than the last (Zipf's law, roughly).
  private mutating func popular() -> UInt64 { 1 + UInt64(Double(Self.prefixes) * random.unit() * random.unit()) }

  private mutating func start() {
    for dispatch in pool.drain() {
      let prefix = arrived[dispatch.tag]?.1 ?? 0
      let isHit = caches[dispatch.backend].contains(prefix)
      caches[dispatch.backend].removeAll { $0 == prefix }
      caches[dispatch.backend].append(prefix)
      if caches[dispatch.backend].count > Self.cached { caches[dispatch.backend].removeFirst() }
      hits += isHit ? 1 : 0
      let seconds = (isHit ? 0.25 : 0.4) * (0.8 + 0.4 * random.unit())
      running.append((pool.now.advanced(by: .nanoseconds(Int64(seconds * 1e9))), dispatch))
    }
  }

  private mutating func serve(until limit: MonotonicTime?) {
    while let index = running.indices.min(by: { running[$0].end < running[$1].end }) {
      if let limit, running[index].end > limit { return }
      let (end, dispatch) = running.remove(at: index)
      pool.now = end
      pool.finish(dispatch.ticket, .success(outputTokens: 50, promptTokens: 1500))
      if let (since, _) = arrived.removeValue(forKey: dispatch.tag) {
        latencies.append(Double(end.nanoseconds - since.nanoseconds) / 1e9)
      }
      pool.report(slots: Self.slots, backends: Array(0..<Self.servers))
      start()
    }
  }
}
