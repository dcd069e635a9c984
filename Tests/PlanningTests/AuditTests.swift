import Testing

@testable import Planning

@Suite struct AuditTests {
  private let knowledge = Sample.knowledge([Sample.row(gpus: 2, rate: 2)])
  private let request = Sample.request(qps: 5, budget: Budget(maxMonthlyUSD: 20_000), hardware: .init(gpuTypes: ["H100"], maxGPUs: 8))

  @Test func `A plan of the planner passes`() throws {
    let plan = try Sample.plan(request, knowledge).plan
    #expect(PlanAudit.findings(plan, for: request, knowledge: knowledge) == [])
  }

  static let tampering: [(String, @Sendable (inout CapacityPlan) -> Void)] = [
    ("are not 6 GPUs", { $0.replicas = 4 }),
    (
      "do not serve",
      {
        $0.replicas = 2; $0.gpuCount = 4
      }
    ),
    (
      "One replica fewer",
      {
        $0.replicas = 4; $0.gpuCount = 8
      }
    ), ("cost per hour", { $0.cost.perHourUSD = 1 }),
    ("730 hours", { $0.cost.perMonthUSD = 1 }), ("TTFT p95 of 200 ms exceeds", { $0.predicted.ttft = 200 }),
    ("not allowed", { $0.accelerator = "L4" }), ("more than 8 GPUs", { $0.maxReplicas = 5 }), ("not between", { $0.minReplicas = 4 }),
    ("another request", { $0.inputsDigest = "0" }), ("No benchmark row", { $0.requestsPerSecondPerReplica = 2.2 }),
    ("strategy", { $0.strategy = .single }),
  ]

  @Test(arguments: tampering.indices) func `A plan that was tampered with is found out`(place: Int) throws {
    var plan = try Sample.plan(request, knowledge).plan
    Self.tampering[place].1(&plan)
    let findings = PlanAudit.findings(plan, for: request, knowledge: knowledge)
    #expect(findings.contains { $0.contains(Self.tampering[place].0) }, "\(findings)")
  }

  @Test func `The digest depends on what is asked, not on how it is spelled`() {
    #expect(Sample.request(model: "Acme/Small-8B").digest == Sample.request(model: "acme/small-8b").digest)
    #expect(Sample.request(qps: 1, users: 5).digest == Sample.request(qps: 1).digest)
    #expect(Sample.request(qps: 1).digest != Sample.request(qps: 1.5).digest)
    #expect(Sample.request(hardware: .init(gpuTypes: ["a", "b"])).digest == Sample.request(hardware: .init(gpuTypes: ["B", "a"])).digest)
    // FNV-1a of the empty text and of "a", from its authors' test vectors.
    #expect(FNV1a().text == "cbf29ce484222325")
    var hash = FNV1a()
    hash.combine("a")
    #expect(hash.text == "af63dc4c8601ec8c")
  }

  @Test(arguments: [
    (0.0, "0"), (1, "1"), (1234567.891, "1,234,567.89"), (0.5, "0.5"), (0.001234, "0.00123"), (10.10, "10.1"), (-2.5, "-2.5"),
    (999.999, "1,000"),
  ])
  func `Figures are written for people`(value: Double, text: String) {
    #expect(Figure(value).description == text)
    #expect(Figure.money(8760).description == "8,760.00")
  }
}
