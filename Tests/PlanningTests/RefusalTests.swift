import Testing

@testable import Planning

@Suite struct RefusalTests {
  private func refusal(_ request: PlanRequest, _ rows: [Benchmark] = [Sample.row()]) throws -> NoViablePlan {
    guard case .noViablePlan(let refusal) = try Planner.plan(request, knowledge: Sample.knowledge(rows)) else {
      throw Sample.Refused(message: "there is a plan")
    }
    return refusal
  }

  @Test func `A missed target names the nearest miss and what to set`() throws {
    let refusal = try refusal(Sample.request { $0.serviceLevel.ttft = 50 }, [Sample.row(ttft: 60.04), Sample.row(gpus: 2, ttft: 90)])
    #expect(refusal.nearestMiss == "The nearest is acme/small-8b on 1 × H100: TTFT p95 60.04 ms (target 50).")
    #expect(refusal.relax == ["Set slo.ttftP95 to at least 60.1."])
    #expect(refusal.rejected == [.ttftTooHigh: 2])
    #expect(throws: Never.self) {
      try Sample.plan(Sample.request { $0.serviceLevel.ttft = 60.1 }, Sample.knowledge([Sample.row(ttft: 60.04)]))
    }
  }

  @Test func `A budget too small names the price of the cheapest`() throws {
    let refusal = try refusal(Sample.request(qps: 5, budget: Budget(maxMonthlyUSD: 1000)))
    #expect(refusal.message.contains("for 8,760.00 USD a month"), "\(refusal.message)")
    #expect(refusal.relax == ["Raise budget.maxMonthlyUSD from 1,000.00 to 8,760.00."])
  }

  @Test func `Too few GPUs, too little parallelism, another GPU type, no price: each says what to change`() throws {
    #expect(try refusal(Sample.request(qps: 5, hardware: .init(maxGPUs: 2))).relax == ["Raise hardware.maxGPUs to 3."])
    let wide = [Sample.row(gpus: 4), Sample.row(gpus: 8)]
    #expect(try refusal(Sample.request(hardware: .init(maxTensorParallel: 2)), wide).relax == ["Raise hardware.maxTensorParallel to 4."])
    let other = try refusal(Sample.request(hardware: .init(gpuTypes: ["nvidia-l4"])))
    #expect(other.message.contains("Benchmarks exist on H100 only."))
    #expect(try refusal(Sample.request(), [Sample.row("acme/small-8b", "X9")]).message.contains("Give a price per hour for X9."))
  }

  @Test func `Lengths nobody has measured name those that were`() throws {
    let refusal = try refusal(Sample.request { $0.promptTokens = 600 })
    #expect(refusal.message.contains("There is no benchmark of 600→256 tokens."))
    #expect(refusal.message.contains("512→256"))
    let large = try self.refusal(Sample.request(model: "acme/large-70b"))
    #expect(large.message.contains("There is no benchmark of acme/large-70b with 512→256 tokens."))
  }

  @Test(arguments: [
    ("model", "acme/smal-8b", "acme/small-8b"), ("model", "large", "acme/large-70b"), ("useCase", "chatt", "chat"),
    ("hardware.gpuTypes", "H1000", "H100"),
  ])
  func `An unknown name suggests the nearest`(field: String, name: String, nearest: String) throws {
    var request = Sample.request()
    switch field {
    case "model": request.workload.model = name
    case "useCase": request.workload.useCase = name
    default: request.hardware.gpuTypes = [name]
    }
    let problem = #expect(throws: PlanProblem.self) { try Planner.plan(request, knowledge: Sample.knowledge([Sample.row()])) }
    guard case .unknownName(name, let place, let suggestions) = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
    #expect(place == field)
    #expect(suggestions.first == nearest)
  }

  static let absurd: [(String, @Sendable (inout PlanRequest) -> Void)] = [
    ("traffic.expectedQPS", { $0.workload.expectedQPS = 0 }), ("traffic.expectedQPS", { $0.workload.expectedQPS = .nan }),
    ("traffic.expectedQPS", { $0.workload.expectedQPS = -1 }), ("traffic.expectedQPS", { $0.workload.expectedQPS = .infinity }),
    ("traffic.expectedQPS", { $0.workload.expectedQPS = nil }), ("traffic.peakQPS", { $0.workload.peakQPS = 0.5 }),
    ("traffic.promptTokens", { $0.workload.promptTokens = 0 }), ("traffic.outputTokens", { $0.workload.outputTokens = -5 }),
    ("slo.ttftP95", { $0.workload.serviceLevel.ttft = 0 }), ("slo.itlP95", { $0.workload.serviceLevel.itl = .nan }),
    ("slo.ttftP95", { $0.workload.serviceLevel = .init(ttft: 500, e2e: 100) }), ("budget.maxMonthlyUSD", { $0.budget.maxMonthlyUSD = -1 }),
    ("hardware.maxGPUs", { $0.hardware.maxGPUs = 0 }), ("slo.ttftP95", { $0.workload.useCase = nil }),
    ("traffic.concurrentUsers", { $0.workload.concurrentUsers = 0.5 }), ("planning.weights.cost", { $0.weights.cost = -1 }),
    ("planning.weights.latency", { $0.weights.latency = .nan }),
    ("planning.weights", { $0.weights = ScoreWeights(quality: 0, cost: 0, latency: 0, simplicity: 0) }),
  ]

  @Test(arguments: absurd.indices) func `Numbers that cannot be meant are refused by field`(place: Int) throws {
    var request = Sample.request()
    Self.absurd[place].1(&request)
    let problem = #expect(throws: PlanProblem.self) { try Planner.plan(request, knowledge: Sample.knowledge([Sample.row()])) }
    #expect(problem?.field == Self.absurd[place].0, "\(problem?.description ?? "")")
  }

  @Test func `Excluded models are rejected by name, and naming one that is asked for is a contradiction`() throws {
    let knowledge = Sample.knowledge([Sample.row()])
    var request = Sample.request()
    let model = try #require(try Planner.plan(request, knowledge: knowledge).plan?.model)
    request.models.excluded = [String(model.lowercased().split(separator: "/")[1].prefix(4))]
    guard case .noViablePlan(let refusal) = try Planner.plan(request, knowledge: knowledge) else {
      Issue.record("it was planned with \(model)")
      return
    }
    #expect(refusal.rejected[.modelNotAllowed] == 1 && refusal.message.contains("planning.excludedModels"))
    request.workload.model = model
    let problem = #expect(throws: PlanProblem.self) { try Planner.plan(request, knowledge: knowledge) }
    #expect(problem?.field == "model" && problem?.description.contains("planning.excludedModels") == true)
    request.models.excluded = ["no-such-model"]
    let unknown = #expect(throws: PlanProblem.self) { try Planner.plan(request, knowledge: knowledge) }
    #expect(unknown?.field == "planning.excludedModels")
  }

  @Test func `A model that reads less than was asked for is rejected with how much it reads`() throws {
    let knowledge = Sample.knowledge([Sample.row()])
    var request = Sample.request()
    request.models.minimumContextTokens = 5_000_000
    guard case .noViablePlan(let refusal) = try Planner.plan(request, knowledge: knowledge) else {
      Issue.record("it was planned")
      return
    }
    #expect(refusal.rejected[.contextTooLong] != nil)
    #expect(refusal.rejections.allSatisfy { $0.misses.first?.figure == "tokens of context" })
    request.models.minimumContextTokens = 0
    let problem = #expect(throws: PlanProblem.self) { try Planner.plan(request, knowledge: knowledge) }
    #expect(problem?.field == "planning.minimumContextTokens")
  }
}
