import Testing

@testable import Planning

@Suite struct ChoiceTests {
  /// In the order of cost: L4 (1 USD), H100 (4), 2 × H100 (8), the large model on 4 × H100 (16).
  private static let rows = [
    Sample.row("acme/large-70b", gpus: 4, rate: 2, ttft: 120), Sample.row(gpus: 2, rate: 2, ttft: 60, itl: 10),
    Sample.row("acme/small-8b", "L4", rate: 2, ttft: 140), Sample.row(rate: 2, ttft: 100),
  ]

  private func chosen(_ request: PlanRequest) throws -> String {
    let plan = try Sample.plan(request, Sample.knowledge(Self.rows)).plan
    return "\(plan.model.dropFirst(5)) \(plan.gpusPerReplica)x\(plan.accelerator)"
  }

  @Test func `Strict takes the cheapest, flexible the middle, none the fastest`() throws {
    #expect(try chosen(Sample.request(budget: Budget(policy: .strict))) == "small-8b 1xL4")
    #expect(try chosen(Sample.request(budget: Budget(policy: .flexible))) == "small-8b 2xH100")
    #expect(try chosen(Sample.request(budget: Budget(policy: .some(.none)))) == "small-8b 2xH100")
    // Three within 8 USD an hour: the middle of three is the second.
    #expect(try chosen(Sample.request(budget: Budget(maxHourlyUSD: 8, policy: .flexible))) == "small-8b 1xH100")
    #expect(try chosen(Sample.request(budget: Budget(maxMonthlyUSD: 4 * 730, policy: .some(.none)))) == "small-8b 1xH100")
  }

  @Test func `Without a policy the objective chooses`() throws {
    #expect(try chosen(Sample.request(objective: .cost)) == "small-8b 1xL4")
    #expect(try chosen(Sample.request(objective: .latency)) == "small-8b 2xH100")
    #expect(try chosen(Sample.request(objective: .accuracy)) == "large-70b 4xH100")
    #expect(try chosen(Sample.request(model: "ACME/Small-8B", objective: .accuracy)) != "large-70b 4xH100")
  }

  @Test func `At equal cost the lower E2E, then TTFT, then the names decide`() throws {
    func first(_ rows: [Benchmark]) throws -> CapacityPlan {
      try Sample.plan(Sample.request(budget: Budget(policy: .strict)), Sample.knowledge(rows)).plan
    }
    #expect(try first([Sample.row("b"), Sample.row("a", e2e: 6000)]).model == "b")
    #expect(try first([Sample.row("b", ttft: 90), Sample.row("a")]).model == "b")
    #expect(try first([Sample.row("b"), Sample.row("a")]).model == "a")
    // The same money by another product: 4 × 1 and 1 × 4.
    #expect(try first([Sample.row("a", "L4", gpus: 4, e2e: 5001), Sample.row("b")]).model == "b")
    #expect(try first([Sample.row("a", gpus: 1), Sample.row("a", "L4", gpus: 4)]).accelerator == "H100")
  }

  @Test func `Speed is compared in whole milliseconds of each figure, then by cost`() throws {
    func fastest(_ rows: [Benchmark]) throws -> CapacityPlan {
      try Sample.plan(Sample.request(objective: .latency), Sample.knowledge(rows)).plan
    }
    // 60.9 and 10.9 count as 60 + 10: a tie with 60.1 and 10.1 on a dearer GPU.
    #expect(try fastest([Sample.row(ttft: 60.1, itl: 10.1), Sample.row("acme/small-8b", "L4", ttft: 60.9, itl: 10.9)]).accelerator == "L4")
    #expect(
      try fastest([Sample.row(ttft: 60.1, itl: 9.9), Sample.row("acme/small-8b", "L4", ttft: 60.9, itl: 10.9)]).accelerator == "H100")
  }

  @Test func `Alternatives name their strengths and what they trade`() throws {
    let recommendation = try Sample.plan(Sample.request(objective: .cost), Sample.knowledge(Self.rows))
    let accurate = try #require(recommendation.alternatives.first { $0.strengths.contains("most accurate") })
    #expect(accurate.plan.model == "acme/large-70b")
    #expect(accurate.trade.hasPrefix("10,950.00 USD a month more"), "\(accurate.trade)")
    #expect(accurate.trade.contains("TTFT p95 20 ms less"))
    #expect(recommendation.alternatives.contains { $0.strengths.contains("fastest") })
    #expect(!recommendation.alternatives.contains { $0.plan.accelerator == "L4" }, "the plan itself is no alternative")
  }

  @Test func `The reasons tell the basis, its kind and its limits`() throws {
    let plan = try Sample.plan(Sample.request(qps: 5), Sample.knowledge(Self.rows)).plan
    #expect(plan.confidence == .benchmarked)
    #expect(plan.basis == .simulated)
    #expect(plan.why.contains { $0.contains("simulated row of exactly 512→256 tokens: sample") }, "\(plan.why)")
    #expect(plan.why.contains { $0.contains("did not saturate") })
  }

  @Test func `The same request gives the same plan, whatever the order of the rows`() throws {
    let forwards = try Sample.plan(Sample.request(), Sample.knowledge(Self.rows))
    let backwards = try Sample.plan(Sample.request(), Sample.knowledge(Self.rows.reversed()))
    #expect(forwards == backwards)
  }

  @Test func `A row that spells its GPU by an alias is that GPU, and keeps its spelling`() throws {
    let knowledge = Sample.knowledge([Sample.row("acme/small-8b", "nvidia-h100")])
    let request = Sample.request(hardware: .init(gpuTypes: ["H100"]))
    let plan = try Sample.plan(request, knowledge).plan
    #expect(plan.accelerator == "nvidia-h100")
    #expect(plan.acceleratorNodeLabel == "NVIDIA-H100")
    #expect(plan.cost.perHourUSD == 4)
    #expect(PlanAudit.findings(plan, for: request, knowledge: knowledge) == [])
  }
}
