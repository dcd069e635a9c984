import Testing

@testable import Planning

@Suite struct SizingTests {
  @Test(arguments: [
    // Exact multiples: 2.5 × 1.2 = 3 although 1.2 has no exact binary form, and so on.
    (2.5, 1.0, 3), (2.5, 3.0, 1), (5, 2, 3), (5, 1.5, 4), (10, 2, 6), (0.1, 0.12, 1), (0.7, 0.12, 7), (12.3, 1.23, 12), (1.1, 0.11, 12),
    (100, 0.1, 1200), (10, 1.1111111111111112, 11), (1_000_000, 0.1, 12_000_000),
    // Just above a multiple: one more.
    (2.500001, 1, 4), (2.499999, 1, 3), (0.000_001, 100, 1),
  ])
  func `Replicas are the rate times 1.2 by the row's rate, rounded up`(qps: Double, rate: Double, replicas: Int) {
    #expect(Capacity.replicas(for: qps, each: rate) == replicas)
  }

  @Test func `A thousand users of a chatbot are 1.33 and 2.67 requests a second`() throws {
    let plan = try Sample.plan(Sample.request(qps: nil, users: 1000), Sample.knowledge([Sample.row(rate: 1)])).plan
    #expect(abs(plan.traffic.steadyQPS - 4.0 / 3) < 1e-12)
    #expect(abs(plan.traffic.peakQPS - 8.0 / 3) < 1e-12)
    // 1.333 × 1.2 = 1.6 → 2 replicas; at the peak 3.2 → 4.
    #expect(plan.replicas == 2)
    #expect(plan.minReplicas == 2)
    #expect(plan.maxReplicas == 4)
    #expect(plan.strategy == .independent)
    #expect(plan.why.contains { $0.contains("1,000 users × 0.2 active × 0.4 requests a minute") }, "\(plan.why)")
  }

  @Test func `An expected rate wins over users, and a peak over the multiple`() throws {
    let request = Sample.request(qps: 1, users: 1_000_000) { $0.peakQPS = 10 }
    let plan = try Sample.plan(request, Sample.knowledge([Sample.row(rate: 2)])).plan
    #expect(plan.traffic.steadyQPS == 1)
    #expect(plan.replicas == 1)
    #expect(plan.strategy == .single)
    #expect(plan.maxReplicas == 6)
  }

  @Test func `Costs are GPUs times price, 730 hours, and tokens served at the expected rate`() throws {
    let plan = try Sample.plan(Sample.request(qps: 5), Sample.knowledge([Sample.row(gpus: 2, rate: 2)])).plan
    // 3 replicas of 2 GPUs at 4 USD.
    #expect(plan.gpuCount == 6)
    #expect(plan.cost.perHourUSD == 24)
    #expect(plan.cost.perMonthUSD == 17_520)
    // 5 × 768 tokens × 3600 s = 13,824,000 tokens an hour.
    #expect(abs(plan.cost.perThousandTokensUSD - 24.0 / 13_824) < 1e-12)
  }

  @Test func `Per configuration the fastest viable row counts, and of equals that with the lowest E2E`() throws {
    let rows = [
      Sample.row(rate: 2), Sample.row(rate: 4, e2e: 6000), Sample.row(rate: 4, e2e: 5500), Sample.row(rate: 8, ttft: 151),
    ]
    let recommendation = try Sample.plan(Sample.request(), Sample.knowledge(rows))
    #expect(recommendation.viable.count == 1)
    #expect(recommendation.plan.requestsPerSecondPerReplica == 4)
    #expect(recommendation.plan.predicted.e2e == 5500)
  }

  @Test func `A figure at its target is viable, one above it is not`() throws {
    #expect(try Sample.plan(Sample.request(), Sample.knowledge([Sample.row(ttft: 150, itl: 25, e2e: 7000)])).viable.count == 1)
    for row in [Sample.row(ttft: 150.001), Sample.row(itl: 25.001), Sample.row(e2e: 7000.001)] {
      #expect(throws: Sample.Refused.self) { try Sample.plan(Sample.request(), Sample.knowledge([row])) }
    }
  }

  @Test func `The peak's replicas stay within hardware and budget`() throws {
    let knowledge = Sample.knowledge([Sample.row(gpus: 2, rate: 1)])
    let request = Sample.request(qps: 5) { $0.peakQPS = 50 }
    var limited = request
    #expect(try Sample.plan(request, knowledge).plan.maxReplicas == 60)
    limited.hardware.maxGPUs = 21
    #expect(try Sample.plan(limited, knowledge).plan.maxReplicas == 10)
    limited.budget.maxHourlyUSD = 64
    #expect(try Sample.plan(limited, knowledge).plan.maxReplicas == 8)
    limited.budget.maxMonthlyUSD = 8 * 6 * 730
    #expect(try Sample.plan(limited, knowledge).plan.maxReplicas == 6)
  }

  @Test func `The last row of a sweep that does not slow down is a lower bound`() throws {
    let unsaturated = Sample.knowledge([Sample.row(rate: 1, e2e: 3000), Sample.row(rate: 2, e2e: 5999)])
    #expect(try Sample.plan(Sample.request(), unsaturated).plan.isCapacityLowerBound)
    let saturated = Sample.knowledge([Sample.row(rate: 1, e2e: 3000), Sample.row(rate: 2, e2e: 6000)])
    #expect(try !Sample.plan(Sample.request(), saturated).plan.isCapacityLowerBound)
  }
}
