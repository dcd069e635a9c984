import Routing
import Scheduling
import Testing

@Suite("Who is asked when somebody fails")
struct FailoverTests {
  let now = MonotonicTime(nanoseconds: 1_000_000_000)

  @Test("The chain is the chosen model, its own fallbacks, the others by score, and last what is degraded")
  func chain() throws {
    var best = Sample.model("best", quality: 0.9, tier: .high, backends: 2)
    best.fallbacks = ["friend", "weak"]
    let models = [
      best, Sample.model("second", quality: 0.8, tier: .high), Sample.model("friend", quality: 0.3, tier: .high),
      Sample.model("weak", quality: 0.99, tier: .basic, price: 0), Sample.model("blind", quality: 0.9, tier: .high, tasks: [.embedding]),
    ]
    let router = try Sample.router(models)
    let request = Sample.request { $0.quality = .high }
    let chain = router.chain(for: request, router.select(request), live: LiveFacts())
    #expect(chain.map(\.model) == [0, 0, 2, 1, 3])
    #expect(chain.map(\.isDegraded) == [false, false, false, false, true])
    #expect(chain.map(\.backend) == [0, 1, 3, 2, 4])
  }

  @Test("Health, memory and rules hold for every backend of the chain; open breakers wait at its end")
  func bounds() throws {
    let router = try Sample.router(
      [Sample.model("a", quality: 0.9, memoryGB: 10, backends: 3), Sample.model("b"), Sample.model("c", quality: 0.1)],
      rules: "[{name: calm, exclude: live.load > 0.9}]")
    var live = LiveFacts(backends: Array(repeating: LiveBackend(), count: 5), host: LiveHost(roomBytes: 0))
    live.backends[1].isLoaded = true
    (live.backends[2].isLoaded, live.backends[2].health) = (true, .unhealthy)
    live.backends[3].breaker = .open
    #expect(router.chain(for: Sample.request(), router.select(Sample.request(), live: live), live: live).map(\.backend) == [1, 4, 3])
    live.backends[4].load = 0.95
    #expect(router.chain(for: Sample.request(), router.select(Sample.request(), live: live), live: live).map(\.backend) == [1, 3])
    live.backends[1].isLoaded = false
    let onlyOpen = router.select(Sample.request(), live: live)
    #expect(onlyOpen.chosen == nil && router.chain(for: Sample.request(), onlyOpen, live: live).map(\.backend) == [3])
  }

  @Test("A failure before the first byte goes to the next one; after it, the request has failed")
  func firstByte() throws {
    var (breakers, budget) = (ModelBreakers(backends: 2), RetryBudget(now: now))
    for afterFirstByte in [false, true] {
      var failover = Failover([.init(model: 0, backend: 0), .init(model: 1, backend: 1, isDegraded: true)])
      let first = try #require(failover.next(breakers: &breakers, budget: &budget, now: now))
      #expect(first.backend == 0 && !first.isFallback)
      failover.failed(first, .backend(.reset), afterFirstByte: afterFirstByte, breakers: &breakers, now: now, random: 0.5)
      let second = failover.next(breakers: &breakers, budget: &budget, now: now)
      #expect(second?.backend == (afterFirstByte ? nil : 1) && second?.isFallback != false && second?.isDegraded != false)
      #expect(failover.end == (afterFirstByte ? .brokenOff : nil))
    }
  }

  @Test(
    "What may be asked of another, and what not",
    arguments: [
      (.backend(.connect), true), (.backend(.status5xx), true), (.backend(.timeout), true), (.overloaded, true),
      (.refused(status: 400), false),
      (.refused(status: 422), false), (.refused(status: 413), false), (.refused(status: 401), true), (.refused(status: 404), true),
      (.cancelled, false),
    ] as [(AttemptFailure, Bool)])
  func kinds(failure: AttemptFailure, mayAskAnother: Bool) throws {
    var (breakers, budget) = (ModelBreakers(backends: 2), RetryBudget(now: now))
    var failover = Failover([.init(model: 0, backend: 0), .init(model: 1, backend: 1)])
    let first = try #require(failover.next(breakers: &breakers, budget: &budget, now: now))
    failover.failed(first, failure, afterFirstByte: false, breakers: &breakers, now: now, random: 0.5)
    #expect((failover.next(breakers: &breakers, budget: &budget, now: now) != nil) == mayAskAnother)
    if !mayAskAnother { #expect(failover.end == (failure == .cancelled ? .cancelled : .requestAtFault)) }
  }

  @Test("Nobody is asked twice, and then it says that everybody was asked")
  func exhausted() throws {
    var (breakers, budget) = (ModelBreakers(backends: 3), RetryBudget(now: now))
    var failover = Failover((0..<3).map { .init(model: $0, backend: $0) })
    var asked: [Int] = []
    while let attempt = failover.next(breakers: &breakers, budget: &budget, now: now) {
      asked.append(attempt.backend)
      failover.failed(attempt, .backend(.connect), afterFirstByte: false, breakers: &breakers, now: now, random: 0.5)
    }
    #expect(asked == [0, 1, 2] && failover.end == .exhausted && failover.attempts == 3)
    var nobody = Failover([])
    #expect(nobody.next(breakers: &breakers, budget: &budget, now: now) == nil && nobody.end == .nobody)
  }

  @Test("Backends with open breakers are a last resort, within the retry budget")
  func lastResort() throws {
    var (breakers, budget) = (ModelBreakers(backends: 1), RetryBudget(share: 0.2, minimumPerSecond: 0.2, now: now))
    var lastResorts = 0
    for _ in 0..<40 {
      var failover = Failover([.init(model: 0, backend: 0)])
      guard let attempt = failover.next(breakers: &breakers, budget: &budget, now: now) else {
        #expect(failover.end == .outOfRetries)
        continue
      }
      if attempt.isLastResort { lastResorts += 1 }
      failover.failed(attempt, .backend(.connect), afterFirstByte: false, breakers: &breakers, now: now, random: 0.5)
    }
    #expect(breakers.trips(0) == 1 && breakers.state(0, now) == .open)
    // Two saved up at the start (0.2 a second for ten seconds), and a fifth of 40 requests.
    #expect((5...10).contains(lastResorts), "\(lastResorts)")
    let later = now.advanced(by: .seconds(5))
    var failover = Failover([.init(model: 0, backend: 0)])
    let probe = try #require(failover.next(breakers: &breakers, budget: &budget, now: later))
    #expect(probe.isProbe && !probe.isLastResort)
  }

  @Test("No request fails while one healthy candidate remains, and sick ones are not hammered", arguments: 0..<60)
  func neverFailsWhileOneRemains(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let models = (0..<(2 + Int(random.next() % 6))).map { index in
      Sample.model(
        "m\(index)", quality: random.unit(), tier: QualityTier.allCases[Int(random.next() % 4)], price: random.unit() * 5,
        backends: 1 + Int(random.next() % 3))
    }
    let router = try Sample.router(models)
    let count = router.catalog.backends.count
    var isUp = (0..<count).map { _ in random.unit() < 0.4 }
    var (breakers, budget, time) = (ModelBreakers(backends: count), RetryBudget(now: now), now)
    var (wasted, lastResorts, requests) = (0, 0, 400)
    for _ in 0..<requests {
      time = time.advanced(by: .milliseconds(Int64(random.next() % 50)))
      if random.unit() < 0.01 { isUp[Int(random.next() % UInt64(count))].toggle() }
      var live = LiveFacts(backends: Array(repeating: LiveBackend(), count: count))
      for index in 0..<count { live.backends[index].breaker = breakers.state(index, time) }
      let request = Sample.request { $0.quality = random.unit() < 0.5 ? .high : nil }
      var failover = Failover(router.chain(for: request, router.select(request, live: live), live: live))
      let couldAnswer = (0..<count).contains { isUp[$0] && breakers.admits($0, time) }
      var asked = Set<Int>()
      var answered = false
      while !answered, let attempt = failover.next(breakers: &breakers, budget: &budget, now: time) {
        #expect(asked.insert(attempt.backend).inserted, "seed \(seed): asked twice")
        if attempt.isLastResort { lastResorts += 1 }
        answered = isUp[attempt.backend]
        if answered {
          #expect(attempt.isDegraded == (models[attempt.model].tier < request.quality ?? .basic), "seed \(seed)")
          failover.answered(attempt, breakers: &breakers, now: time, random: random.unit())
        } else {
          wasted += 1
          failover.failed(
            attempt, .backend(.connect), afterFirstByte: false, breakers: &breakers, now: time, random: random.unit())
        }
      }
      #expect(answered || !couldAnswer, "seed \(seed): failed though somebody could answer")
    }
    // Six failures open a breaker; after that a probe for each time that its pause is over.
    requests = (0..<count).reduce(0) { $0 + 6 + 6 * Int(breakers.trips($1)) }
    #expect(wasted - lastResorts <= requests, "seed \(seed): \(wasted) attempts at backends that were down")
  }
}
