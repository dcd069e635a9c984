import Testing

@testable import Planning

@Suite struct ConfidenceTests {
  /// What the model α = 8, β = 0.02, γ = 0.00001 would show at these loads, on a GPU that no data sheet names.
  private func measured(_ accelerator: String = "X1", gpus: Int = 1, scale: Double = 1, kind: Benchmark.Kind = .measured) -> [Benchmark] {
    let model = LatencyModel(alpha: 8 * scale, beta: 0.02 * scale, gamma: 0.000_01 * scale)
    return [(1, 512, 256), (16, 512, 256), (64, 512, 256), (1, 4096, 512), (32, 4096, 512)].map { batch, prompt, output in
      let profile = TrafficProfile(promptTokens: prompt, outputTokens: output)
      return Benchmark(
        kind: kind, model: "acme/small-8b", accelerator: accelerator, gpus: gpus, profile: profile, concurrency: batch,
        ttft: .init(mean: model.prefill(batch: Double(batch), profile: profile)),
        itl: .init(mean: model.decodeStep(batch: Double(batch), profile: profile)), e2e: .init(), source: "measured sample")
    }
  }

  private let prices = ["H100": 4.0, "L4": 1, "X1": 2]

  private func plan(
    _ rows: [Benchmark], _ confidence: CapacityPlan.Confidence? = nil, model: String? = "acme/small-8b",
    change: (inout Workload) -> Void = { _ in }
  ) throws -> Recommendation {
    try Sample.plan(Sample.request(model: model, confidence: confidence, change: change), Sample.knowledge(rows, prices: prices))
  }

  @Test func `The more certain come first and are not mixed with others`() throws {
    let both = try plan([Sample.row()] + measured())
    #expect(both.viable.map(\.confidence) == [.benchmarked])
    let rows = try plan(measured())
    #expect(!rows.viable.isEmpty && rows.viable.allSatisfy { $0.confidence == .interpolated && $0.basis == .measured })
    let nothing = try plan([])
    #expect(!nothing.viable.isEmpty && nothing.viable.allSatisfy { $0.confidence == .estimated && $0.basis == .estimated })
  }

  @Test func `With a least confidence all of at least that compete`() throws {
    let rows = [Sample.row()] + measured()
    #expect(Set(try plan(rows, .benchmarked).viable.map(\.confidence)) == [.benchmarked])
    #expect(Set(try plan(rows, .interpolated).viable.map(\.confidence)) == [.benchmarked, .interpolated])
    #expect(Set(try plan(rows, .estimated).viable.map(\.confidence)) == [.benchmarked, .interpolated, .estimated])
  }

  @Test func `Rows alone give the same plan as before less certain ones were known`() throws {
    for objective in Objective.allCases {
      let rows = [Sample.row(), Sample.row("acme/large-70b", gpus: 4), Sample.row("acme/small-8b", "L4", rate: 1)]
      let knowledge = Sample.knowledge(rows)
      var strict = try Sample.plan(Sample.request(objective: objective, confidence: .benchmarked), knowledge)
      let open = try Sample.plan(Sample.request(objective: objective, confidence: nil), knowledge)
      strict.plan.inputsDigest = open.plan.inputsDigest
      #expect(strict.plan == open.plan)
      #expect(strict.viable.map(\.cost) == open.viable.map(\.cost))
    }
  }

  @Test func `At equal cost the more certain is preferred`() throws {
    // A benchmarked row whose E2E is worse than what is interpolated for a GPU of the same price.
    let rows = [Sample.row("acme/small-8b", "L4", rate: 3, e2e: 6999)] + measured()
    let knowledge = Sample.knowledge(rows, prices: ["L4": 2, "X1": 2])
    let request = Sample.request(model: "acme/small-8b", budget: Budget(policy: .strict), confidence: .interpolated)
    let recommendation = try Sample.plan(request, knowledge)
    #expect(recommendation.plan.confidence == .benchmarked)
    #expect(recommendation.viable.contains { $0.confidence == .interpolated && $0.cost == recommendation.plan.cost })
  }

  @Test func `Rows that miss the service level are believed, not argued with`() throws {
    let request = Sample.request(model: "acme/small-8b", hardware: .init(gpuTypes: ["H100"]), confidence: .estimated)
    let knowledge = Sample.knowledge([Sample.row(ttft: 151), Sample.row(gpus: 2, ttft: 149, e2e: 6000)])
    let recommendation = try Sample.plan(request, knowledge)
    #expect(!recommendation.viable.contains { $0.gpusPerReplica == 1 })
    #expect(recommendation.rejections.contains { $0.gpus == 1 && $0.confidence == .benchmarked && $0.reason == .ttftTooHigh })
  }

  @Test func `Between lengths and between numbers of GPUs is interpolated, beyond them estimated`() throws {
    let between = try plan(measured(), .estimated) { $0.promptTokens = 1000 }
    #expect(between.viable.contains { $0.accelerator == "X1" && $0.confidence == .interpolated })
    let beyond = try plan(measured(), .estimated) { $0.promptTokens = 100 }
    #expect(beyond.viable.contains { $0.accelerator == "X1" && $0.confidence == .estimated && $0.basis == .measured })
    #expect(!beyond.viable.contains { $0.confidence == .interpolated })

    let two = try plan(measured(gpus: 1) + measured(gpus: 4, scale: 0.5), .interpolated).viable.filter { $0.accelerator == "X1" }
    #expect(Set(two.map(\.gpusPerReplica)) == [1, 2, 4])
    let rates = Dictionary(uniqueKeysWithValues: two.map { ($0.gpusPerReplica, $0.requestsPerSecondPerReplica) })
    #expect((rates[1] ?? 0) < (rates[2] ?? 0) && (rates[2] ?? 0) < (rates[4] ?? 0))
  }

  @Test func `Rows that are estimates stay estimates`() throws {
    let plans = try plan(measured(kind: .estimated), .estimated).viable.filter { $0.accelerator == "X1" }
    #expect(!plans.isEmpty && plans.allSatisfy { $0.confidence == .estimated && $0.basis == .estimated })
  }

  @Test func `What is interpolated says so and passes the audit`() throws {
    let knowledge = Sample.knowledge(measured(), prices: prices)
    let request = Sample.request(model: "small", confidence: nil)
    var plan = try Sample.plan(request, knowledge).plan
    #expect(plan.why.contains { $0.contains("Fitted to 5 measured rows of this model and GPU: measured sample") }, "\(plan.why)")
    #expect(plan.why.contains { $0.contains("No row holds these p95s") })
    #expect(PlanAudit.findings(plan, for: request, knowledge: knowledge) == [])
    #expect(plan.predicted.meets(plan.target))
    #expect(knowledge.replicaModel(of: plan)?.latency.prefill != nil)
    plan.accelerator = "L4"
    #expect(PlanAudit.findings(plan, for: request, knowledge: knowledge).contains { $0.contains("No benchmark rows") })
  }

  @Test func `A capacity that is only a lower bound names the real one where it is known`() throws {
    // The only row was taken at 0.5 requests/s; the roofline of an 8B model on an H100 knows much more.
    let rows = [Sample.row(rate: 0.5, ttft: 30, itl: 9, e2e: 3000)]
    let plan = try Sample.plan(Sample.request(qps: 5), Sample.knowledge(rows)).plan
    #expect(plan.isCapacityLowerBound && plan.replicas == 12 && plan.confidence == .benchmarked)
    #expect(plan.why.contains { $0.hasPrefix("Its capacity is estimated at") && $0.contains("1 replica(s) would do") }, "\(plan.why)")
    let open = try Sample.plan(Sample.request(qps: 5, model: "small", confidence: .estimated), Sample.knowledge(rows))
    #expect(open.viable.contains { $0.confidence == .estimated && $0.accelerator == "H100" && $0.gpusPerReplica == 1 && $0.replicas == 1 })
  }

  @Test func `A p95 below its mean is pointed out`() throws {
    var row = Sample.row()
    row.itl.mean = 21
    let plan = try Sample.plan(Sample.request(), Sample.knowledge([row])).plan
    #expect(plan.why.contains("The row's ITL p95 of 20 ms is below its mean of 21 ms: one of them is not what it says."))
  }

  @Test func `What does not fit is refused by memory, with the figures`() throws {
    let request = Sample.request(model: "acme/large-70b", hardware: .init(gpuTypes: ["L4"]), confidence: .estimated)
    guard case .noViablePlan(let refusal) = try Planner.plan(request, knowledge: Sample.knowledge([])) else {
      Issue.record("there is a plan")
      return
    }
    let memory = try #require(refusal.rejections.first { $0.gpus == 4 && $0.reason == .insufficientMemory })
    // 70 billion parameters of two bytes.
    #expect(memory.misses.first.map { $0.value > 140 && $0.limit < 96 } == true, "\(memory.sentence)")
    #expect(refusal.nearestMiss != nil)
  }

  @Test func `A text longer than the model reads is refused by its context`() throws {
    let request = Sample.request(model: "acme/small-8b", confidence: .estimated) { $0.promptTokens = 9000 }
    guard case .noViablePlan(let refusal) = try Planner.plan(request, knowledge: Sample.knowledge([])) else {
      Issue.record("there is a plan")
      return
    }
    #expect(Set(refusal.rejected.keys) == [.contextTooLong])
    #expect(refusal.rejections.allSatisfy { $0.misses == [.init("tokens", 9256, limit: 8192)] })
  }
}
