import Testing

@testable import Planning

@Suite struct RankingTests {
  /// Eight configurations, of one to eight GPUs: the more GPUs, the dearer and faster.
  private let knowledge = Sample.knowledge((1...8).map { Sample.row(gpus: $0, ttft: 140 - 10 * Double($0), itl: 20 - Double($0)) })

  @Test func `The five best in each respect come with every plan`() throws {
    let rankings = try Sample.plan(Sample.request(), knowledge).rankings
    #expect(rankings.cheapest.map(\.gpuCount) == [1, 2, 3, 4, 5])
    #expect(rankings.fastest.map(\.gpuCount) == [8, 7, 6, 5, 4])
    #expect(rankings.simplest.map(\.gpuCount) == [1, 2, 3, 4, 5])
    // All are the same model: the cheaper ones first.
    #expect(rankings.mostAccurate.map(\.gpuCount) == [1, 2, 3, 4, 5])
    #expect(rankings.byName.map(\.plans.count) == [5, 5, 5, 5, 5])
    for pair in zip(rankings.balanced, rankings.balanced.dropFirst()) { #expect(pair.0.scores.balanced >= pair.1.scores.balanced - 1e-9) }
  }

  @Test func `The first of each ranking is what the objective chooses`() throws {
    for (objective, path) in [
      (Objective.balanced, \Rankings.balanced), (.cost, \.cheapest), (.latency, \.fastest), (.accuracy, \.mostAccurate),
    ] as [(Objective, KeyPath<Rankings, [CapacityPlan]>)] {
      let recommendation = try Sample.plan(Sample.request(objective: objective), knowledge)
      #expect(recommendation.rankings[keyPath: path].first?.gpuCount == recommendation.plan.gpuCount)
    }
  }

  @Test func `Every rejected configuration is listed with how far it missed`() throws {
    let rows = [
      Sample.row(), Sample.row(gpus: 2, ttft: 180), Sample.row(gpus: 4, ttft: 165, itl: 50), Sample.row("acme/large-70b", gpus: 8),
      Sample.row("acme/small-8b", "X9"),
    ]
    let request = Sample.request(qps: 5, budget: Budget(maxMonthlyUSD: 50_000))
    let recommendation = try Sample.plan(request, Sample.knowledge(rows))
    #expect(recommendation.rejected == [.ttftTooHigh: 1, .itlTooHigh: 1, .overBudget: 1, .noPrice: 1])
    #expect(recommendation.rejected.values.reduce(0, +) == recommendation.rejections.count)
    func rejection(_ reason: RejectionReason) throws -> Rejection {
      try #require(recommendation.rejections.first { $0.reason == reason })
    }
    #expect(
      try rejection(.ttftTooHigh).sentence
        == "acme/small-8b on 2 × H100 (benchmarked): TTFTTooHigh, TTFT p95 180 ms (limit 150, 20 % too much)")
    #expect(try rejection(.itlTooHigh).misses.map(\.figure) == ["ITL p95", "TTFT p95"])
    #expect(try rejection(.itlTooHigh).ratio == 2)
    // 5 × 1.2 ÷ 2 = 3 replicas of 8 GPUs at 4 USD.
    #expect(try rejection(.overBudget).misses == [.init("USD a month", 70_080, limit: 50_000)])
    #expect(try rejection(.noPrice).ratio == nil)
  }

  @Test func `More users never cost less, and a tighter target is never cheaper`() throws {
    var random = SplitMix(seed: 3)
    for _ in 0..<60 {
      let rows = (0..<12).map { _ in
        Sample.row(
          ["acme/small-8b", "acme/large-70b"][Int(random.next() % 2)], ["H100", "L4"][Int(random.next() % 2)],
          gpus: 1 << Int(random.next() % 3), rate: 0.1 + random.unit() * 5, ttft: 20 + random.unit() * 150, itl: 5 + random.unit() * 25,
          e2e: 1000 + random.unit() * 8000)
      }
      let knowledge = Sample.knowledge(rows)
      for confidence in CapacityPlan.Confidence.allCases {
        let qps = 0.1 + random.unit() * 30
        func cheapest(_ factor: Double, tighter: Double) -> Double {
          let request = Sample.request(qps: qps * factor, budget: Budget(policy: .strict), confidence: confidence) {
            $0.serviceLevel = .init(ttft: 150 * tighter, itl: 25 * tighter, e2e: 7000 * tighter)
          }
          return (try? Sample.plan(request, knowledge).plan.cost.perMonthUSD) ?? .infinity
        }
        let base = cheapest(1, tighter: 1)
        #expect(cheapest(1 + random.unit(), tighter: 1) >= base)
        #expect(cheapest(1, tighter: 0.6 + 0.4 * random.unit()) >= base - 1e-9)
      }
    }
  }

  @Test func `The same question has the same answer, in any order of the rows`() throws {
    let rows = (1...8).flatMap { gpus in [Sample.row(gpus: gpus, ttft: 150 - 5 * Double(gpus)), Sample.row("acme/large-70b", gpus: gpus)] }
    for confidence in [nil, CapacityPlan.Confidence.estimated] {
      let request = Sample.request(confidence: confidence)
      let forwards = try Sample.plan(request, Sample.knowledge(rows))
      let backwards = try Sample.plan(request, Sample.knowledge(rows.reversed()))
      #expect(forwards.plan == backwards.plan)
      #expect(forwards.viable == backwards.viable)
      #expect(forwards.rankings == backwards.rankings)
      #expect(try Sample.plan(request, Sample.knowledge(rows)) == forwards)
    }
  }
}
