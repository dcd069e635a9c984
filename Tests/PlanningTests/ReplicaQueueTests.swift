import Testing

@testable import Planning

@Suite struct ReplicaQueueTests {
  private let profile = TrafficProfile(promptTokens: 512, outputTokens: 256)
  private let latency = LatencyModel(alpha: 6, beta: 0.05, gamma: 0.000_02)

  private func queue(_ rates: [Double], places: Int) -> ReplicaQueue {
    ReplicaQueue(serviceRates: rates, latency: latency, profile: profile, places: places)
  }

  @Test(arguments: [0.1, 0.5, 0.9]) func `With one server it is M/M/1`(load: Double) {
    let state = queue([2], places: 20_000).state(at: 2 * load)
    #expect(abs(state.delayed - load) < 1e-9)
    // Lq = ρ² ÷ (1 − ρ); W = ρ ÷ (μ − λ); the 95th percentile of the wait is ln(ρ ÷ 0.05) ÷ (μ − λ).
    #expect(abs(state.waiting - load * load / (1 - load)) < 1e-9)
    #expect(abs(state.wait - 1000 * load / (2 - 2 * load)) < 1e-6)
    // Logarithms from a C library.
    let logarithms = [0.1: 0.693_147_180_559_945_3, 0.5: 2.302_585_092_994_046, 0.9: 2.890_371_757_896_165]
    #expect(abs(state.waitP95 - 1000 * (logarithms[load] ?? 0) / (2 - 2 * load)) < 1e-6)
  }

  @Test(arguments: [(2, 1.0), (4, 3.0), (10, 9.0), (50, 30.0)]) func `With c equal servers it is M/M/c`(servers: Int, erlangs: Double) {
    let state = queue((1...servers).map(Double.init), places: 100_000).state(at: erlangs)
    // Erlang's C from Erlang's B, by its recursion.
    var blocking = 1.0
    for number in 1...servers { blocking = erlangs * blocking / (Double(number) + erlangs * blocking) }
    let load = erlangs / Double(servers)
    let delayed = blocking / (1 - load * (1 - blocking))
    #expect(abs(state.delayed - delayed) < 1e-9)
    #expect(abs(state.wait - 1000 * delayed / (Double(servers) - erlangs)) < 1e-6)
    #expect(abs(state.batch - erlangs) < 1e-9)
  }

  @Test func `Without places to wait it is Erlang's loss system`() {
    let state = queue((1...10).map(Double.init), places: 0).state(at: 8)
    var blocking = 1.0
    for number in 1...10 { blocking = 8 * blocking / (Double(number) + 8 * blocking) }
    #expect(abs(state.blocked - blocking) < 1e-12)
    #expect(state.waiting == 0)
  }

  @Test func `At and above saturation the places fill, and nothing overflows`() {
    let full = queue([1], places: 9)
    // At ρ = 1 all eleven states are equally likely.
    #expect(abs(full.state(at: 1).blocked - 1.0 / 11) < 1e-9)
    #expect(full.state(at: 1000).blocked > 0.99)
    let large = ReplicaQueue(latency, profile: profile, maximumBatch: 2048)
    for factor in [0.001, 0.5, 0.999, 1.5, 1e6] {
      let state = large.state(at: large.saturation * factor)
      #expect(state.batch.isFinite && state.wait.isFinite && state.blocked <= 1 && state.seenBatch <= 2048)
    }
  }

  @Test func `More load never makes anything faster`() {
    let queue = ReplicaQueue(latency, profile: profile, maximumBatch: 64)
    var last = queue.idle
    for step in 1..<100 {
      let level = queue.percentiles(queue.state(at: queue.saturation * Double(step) / 100))
      #expect(level.ttft >= last.ttft - 1e-9 && level.itl >= last.itl - 1e-9 && level.e2e >= last.e2e - 1e-9)
      last = level
    }
  }

  @Test func `The largest rate is met, and a little more is not`() throws {
    let queue = ReplicaQueue(latency, profile: profile, maximumBatch: 64)
    for target in [ServiceLevel(ttft: 150, itl: 12, e2e: 7000), ServiceLevel(ttft: 60, itl: 100, e2e: 70_000)] {
      let largest = try #require(queue.largestRate(meeting: target)).rate
      #expect(queue.percentiles(queue.state(at: largest)).meets(target))
      #expect(!queue.percentiles(queue.state(at: largest + 3e-4 * queue.saturation)).meets(target))
    }
    #expect(queue.largestRate(meeting: ServiceLevel(ttft: 1, itl: 12, e2e: 7000)) == nil)
    let bound = try #require(queue.largestRate(meeting: ServiceLevel(ttft: 1e6, itl: 1e6, e2e: 1e9), seenBatch: 8))
    #expect(bound.isBoundByRows)
    #expect(queue.state(at: bound.rate).seenBatch <= 8)
  }

  @Test func `A stricter target never allows a higher rate`() {
    let queue = ReplicaQueue(latency, profile: profile, maximumBatch: 128)
    var random = SplitMix(seed: 11)
    for _ in 0..<100 {
      let loose = ServiceLevel(ttft: 40 + random.unit() * 500, itl: 6 + random.unit() * 20, e2e: 1000 + random.unit() * 9000)
      var tight = loose
      tight.ttft *= random.unit()
      tight.itl *= 0.5 + random.unit() / 2
      #expect(queue.largestRate(meeting: tight)?.rate ?? 0 <= queue.largestRate(meeting: loose)?.rate ?? 0)
    }
  }
}

/// The search for the largest rate against the bisection that it stands for.
@Suite struct RateSearchTests {
  /// The largest rate by halving alone: 14 looks at the whole chain.
  private func bisected(_ queue: ReplicaQueue, _ target: ServiceLevel, _ seenBatch: Double?) -> (rate: Double, isBoundByRows: Bool)? {
    guard queue.idle.meets(target) else { return nil }
    var (low, high) = (0.0, queue.saturation)
    var isBoundByRows = false
    while high - low > queue.saturation * 1e-4 {
      let middle = (low + high) / 2
      let state = queue.state(at: middle)
      let isKnown = state.seenBatch <= seenBatch ?? .infinity
      if isKnown, state.blocked <= 0.001, queue.percentiles(state).meets(target) {
        low = middle
      } else {
        high = middle
        isBoundByRows = !isKnown
      }
    }
    return low > 0 ? (low, isBoundByRows) : nil
  }

  @Test func `A search from any guess finds what halving finds, to the last bit`() {
    var found = 0
    for alpha in [0.5, 4, 22] {
      for (beta, gamma, sigma) in [(0.05, 0.000_02, 0.0), (0, 0.000_2, 0.4), (0.4, 0, 0), (0, 0, 0)] {
        for profile in [TrafficProfile(promptTokens: 512, outputTokens: 256), .init(promptTokens: 10_240, outputTokens: 1536)] {
          for (batch, seen) in [(1, nil), (7, 5.0), (64, nil), (256, 40.0), (256, nil)] as [(Int, Double?)] {
            let latency = LatencyModel(
              alpha: alpha, beta: beta, gamma: gamma, sigma: sigma, experts: sigma > 0 ? .init(milliseconds: 30, share: 0.05) : nil)
            for slack in [1.001, 1.2, 2, 10, 1000] {
              let idle = ReplicaQueue.idle(latency, profile)
              let target = ServiceLevel(ttft: idle.ttft * slack, itl: idle.itl * slack.squareRoot(), e2e: idle.e2e * 1.5 * slack)
              let likely = ReplicaQueue.likelyBatch(latency, profile: profile, maximumBatch: batch, meeting: target, seenBatch: seen)
              let plain = ReplicaQueue(latency, profile: profile, maximumBatch: batch)
              let expected = bisected(plain, target, seen)
              let short = ReplicaQueue(latency, profile: profile, maximumBatch: batch, expectedBatch: likely)
              for guess in [nil, 0, latency.serviceRate(batch: Double(likely), profile: profile), 1e300] {
                let answer = short.largestRate(meeting: target, seenBatch: seen, startingAt: guess)
                #expect(answer?.rate == expected?.rate && answer?.isBoundByRows == expected?.isBoundByRows)
              }
              found += expected == nil ? 0 : 1
            }
          }
        }
      }
    }
    #expect(found > 400)
  }
}
