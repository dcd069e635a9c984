import Testing

@testable import Planning

@Suite struct ScoringTests {
  /// Reference values of x^0.7 from a C library's pow, to 15 digits.
  @Test(arguments: [
    (1.0, 1.0), (0.5, 0.615572206672458), (0.1, 0.199526231496888), (0.25, 0.378929141627600), (0.9, 0.928901697685371),
    (0.001, 0.00794328234724281), (1e-6, 6.30957344480193e-05),
  ])
  func `The power 0.7 is as exact as a library's`(x: Double, power: Double) {
    #expect(abs(Scoring.raisedToSevenTenths(x) / power - 1) < 1e-13)
  }

  @Test func `Cheap scores high, the dearest at least 5, and equals 95`() {
    #expect(Scoring.cost(100, among: 100...100) == 95)
    #expect(Scoring.cost(1000, among: 100...1000) == 5)
    #expect(abs(Scoring.cost(500, among: 100...1000) - 38.4427793327542) < 1e-9)
  }

  @Test(arguments: [(0.0, 100.0), (75, 100), (112.5, 80), (150, 60), (225, 30), (300, 0), (1000, 0)])
  func `Latency scores 100 to half the target, 60 at it, 0 at twice it`(value: Double, score: Double) {
    #expect(abs(Scoring.latency(value, slow: 150) - score) < 1e-9)
  }

  @Test(arguments: [(1, 100.0), (2, 90), (3, 82), (4, 75), (5, 70), (6, 65), (7, 62), (8, 60), (9, 58), (12, 52), (18, 40), (500, 40)])
  func `Fewer GPUs are simpler`(gpus: Int, score: Double) {
    #expect(Scoring.simplicity(gpuCount: gpus) == score)
  }

  @Test(arguments: [(1, 1.0), (2, 0.98), (3, 0.98), (4, 0.95), (6, 0.95), (7, 0.9), (10, 0.9), (11, 0.8), (20, 0.8), (21, 0.65)])
  func `Many replicas cost points`(replicas: Int, factor: Double) {
    #expect(Scoring.replicaFactor(replicas) == factor)
  }

  @Test func `Quality is by size, with the best matching bonus of the use case`() throws {
    let knowledge = Sample.knowledge([Sample.row()])
    let small = try knowledge.model(named: "small")
    #expect(knowledge.quality.score(of: small, for: "chat") == 70)
    #expect(knowledge.quality.score(of: small, for: nil) == 60)
    #expect(QualityTable.parametersBillions(inName: "mistralai/Mixtral-8x7B-Instruct-v0.1") == 56)
    #expect(QualityTable.parametersBillions(inName: "acme/qwen3-coder-480b-a35b-fp8") == 480)
    #expect(QualityTable.parametersBillions(inName: "acme/nothing") == 0)
  }

  @Test func `The balanced score is the weighted sum`() throws {
    let rows = [Sample.row(rate: 2, ttft: 75, itl: 12.5, e2e: 3500), Sample.row("acme/large-70b", gpus: 4, rate: 2)]
    let recommendation = try Sample.plan(Sample.request(), Sample.knowledge(rows))
    let small = try #require(recommendation.viable.first { $0.model == "acme/small-8b" })
    // Quality 70, cost 100 × (1 − (1/4)^0.7), latency 100, one GPU 100, one replica.
    #expect(abs(small.scores.balanced - (28 + 0.4 * 62.1070858372400 + 10 + 10)) < 1e-9)
    let large = try #require(recommendation.viable.first { $0.model == "acme/large-70b" })
    // Quality 90 (85 and a bonus of 5), the dearest 5, latency .34 × 86.67 + .33 × 76 + .33 × 82.857…, four GPUs 75.
    let latency = 0.34 * (100 - 40 * 25.0 / 75) + 0.33 * (100 - 40 * 7.5 / 12.5) + 0.33 * (100 - 40 * 1500.0 / 3500)
    #expect(abs(large.scores.balanced - (36 + 2 + 0.1 * latency + 7.5)) < 1e-9)
    #expect(
      recommendation.plan
        == recommendation.viable.first { $0.model == "acme/small-8b" }.map { plan in
          var plan = plan
          plan.why = recommendation.plan.why
          return plan
        })
  }
}
