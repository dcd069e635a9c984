import Testing

@testable import Planning

@Suite struct PlanComparisonTests {
  private func scenario(_ name: String, qps: Double, ttft: Double = 150) throws -> PlanComparison.Scenario {
    let knowledge = Sample.knowledge([Sample.row(rate: 2, ttft: 100), Sample.row(gpus: 2, rate: 4, ttft: 50)])
    let request = Sample.request(qps: qps, budget: Budget(policy: .strict)) { $0.serviceLevel.ttft = ttft }
    return .init(name: name, result: try Planner.plan(request, knowledge: knowledge))
  }

  private func row(_ comparison: PlanComparison, _ figure: ComparedFigure) throws -> PlanComparison.Row {
    try #require(comparison.rows.first { $0.figure == figure })
  }

  @Test func `Differences are absolute and in per cent of the first scenario`() throws {
    let comparison = PlanComparison([try scenario("base", qps: 1), try scenario("changed", qps: 5)])
    let cost = try row(comparison, .costPerMonthUSD)
    // 1 and 3 replicas of one H100 at 4 USD.
    #expect(cost.values == [.number(2920), .number(8760)])
    #expect(cost.difference(at: 0) == nil)
    #expect(cost.difference(at: 1) == .init(absolute: 5840, percent: 200))
    #expect(cost.figure.text(try #require(cost.difference(at: 1))) == "+5,840.00 (+200 %)")
    #expect(try row(comparison, .replicas).difference(at: 1)?.absolute == 2)
    let ttft = try row(comparison, .ttftP95)
    #expect(!ttft.differs)
    #expect(ttft.figure.text(try #require(ttft.difference(at: 1))) == "=")
    #expect(try row(comparison, .model).difference(at: 1) == nil, "words have no difference")
  }

  @Test func `Less is written with its sign, and small changes with a decimal`() throws {
    let comparison = PlanComparison([try scenario("base", qps: 5), try scenario("fast", qps: 5, ttft: 60)])
    let ttft = try row(comparison, .ttftP95)
    #expect(ttft.figure.text(try #require(ttft.difference(at: 1))) == "-50.0 (-50 %)")
    #expect(ComparedFigure.e2eP95.text(PlanComparison.Difference(absolute: 1.04, percent: 4.26)) == "+1.0 (+4.3 %)")
    #expect(ComparedFigure.costPerHourUSD.text(PlanComparison.Difference(absolute: 3, percent: nil)) == "+3.00")
  }

  @Test func `A scenario without a plan has no figures and no difference`() throws {
    let comparison = PlanComparison([try scenario("base", qps: 1), try scenario("never", qps: 1, ttft: 10), try scenario("more", qps: 5)])
    let cost = try row(comparison, .costPerMonthUSD)
    #expect(cost.values == [.number(2920), nil, .number(8760)])
    #expect(cost.difference(at: 1) == nil && cost.difference(at: 2)?.absolute == 5840)
  }
}
