import Testing

@testable import Planning

/// The published example: four A100 of 80 GB at 4.10 USD, 15,000 USD and 400 W each, power at 0.12 USD/kWh, a PUE of 1.3.
@Suite struct PricingTests {
  static let a100 = Accelerator(
    name: "A100-80", aliases: ["NVIDIA-A100-80GB"], nodeLabel: "NVIDIA-A100-SXM4-80GB", memoryGB: 80, pricePerHourUSD: 3.5,
    source: "sample", providerPrices: ["aws": .init(onDemandUSD: 4.1, spotUSD: 1.6), "gcp": .init(onDemandUSD: 3.67)], powerWatts: 400)
  static let tariff = PowerTariff(usdPerKWh: 0.12, pue: 1.3)
  static let purchase = Purchase(pricesUSD: ["nvidia-a100-80gb": 15_000], power: tariff, rental: CloudRental(provider: "aws"))

  static let knowledge = Knowledge(
    useCases: [Sample.chat],
    accelerators: [a100, Accelerator(name: "MI300X", nodeLabel: "x", memoryGB: 192, pricePerHourUSD: 3, source: "s")],
    models: [],
    benchmarks: [
      Sample.row("acme/small-8b", "A100-80", gpus: 4, rate: 2), Sample.row("acme/small-8b", "MI300X", gpus: 2, rate: 2, ttft: 120),
      Sample.row("acme/small-8b", "A100-80", gpus: 1, rate: 0.25, ttft: 140),
    ], quality: .empty)

  static func plan(_ pricing: PricingModel, objective: Objective = .cost, change: (inout PlanRequest) -> Void = { _ in }) throws
    -> CapacityPlan
  {
    var request = Sample.request(objective: objective, hardware: .init(gpuTypes: ["A100-80"], maxTensorParallel: nil))
    request.pricing = pricing
    change(&request)
    let plan = try Sample.plan(request, knowledge).plan
    #expect(PlanAudit.findings(plan, for: request, knowledge: knowledge) == [])
    return plan
  }

  private func isNear(_ value: Double?, _ wanted: Double, within error: Double = 0.005) -> Bool {
    value.map { abs($0 - wanted) <= error } ?? false
  }

  // MARK: Rental

  @Test func `Four A100 at 4.10 USD are 11,972 USD a month`() throws {
    let statement = try #require(
      PricingModel.cloudRental(CloudRental(provider: "aws")).statement(gpuCount: 4, replicas: 1, accelerator: Self.a100))
    #expect(statement.perGPUHourUSD == 4.1 && statement.provider == "aws" && statement.market == .onDemand)
    let plan = try Self.plan(.cloudRental(CloudRental(provider: "AWS"))) {
      $0.hardware.maxGPUs = 4; $0.workload.expectedQPS = 1.5
    }
    #expect(plan.gpuCount == 4)
    #expect(isNear(plan.cost.perMonthUSD, 11_972, within: 1e-6))
    #expect(plan.pricing == statement)
    #expect(plan.why.contains { $0.contains("aws's price of 4.10 USD") }, "\(plan.why)")
  }

  @Test func `Without a word about prices a plan costs what the list says, and says so`() throws {
    let plan = try Self.plan(.listPrices)
    #expect(plan.cost.perHourUSD == Double(plan.gpuCount) * 3.5)
    #expect(plan.pricing?.mode == .cloudRental && plan.pricing?.provider == nil && plan.pricing?.market == .onDemand)
    #expect(plan.pricing?.title == "rented on demand at list prices")
    #expect(plan.inputsDigest == Sample.request(objective: .cost, hardware: .init(gpuTypes: ["A100-80"])).digest, "digests are as before")
  }

  @Test func `The cheapest provider is found for each GPU, and named`() throws {
    let plan = try Self.plan(.cloudRental(CloudRental(provider: CloudRental.cheapest)))
    #expect(plan.pricing?.provider == "gcp" && plan.pricing?.perGPUHourUSD == 3.67)
  }

  @Test func `Stated prices win, by any name of the GPU, and a provider of one's own is fine with them`() throws {
    let rental = CloudRental(provider: "my-colo", onDemandUSD: ["NVIDIA-A100-80GB": 2])
    let plan = try Self.plan(.cloudRental(rental))
    #expect(plan.pricing?.perGPUHourUSD == 2 && plan.pricing?.provider == "my-colo")
  }

  @Test func `Spot says what may happen, and how often`() throws {
    let rental = CloudRental(provider: "aws", market: .spot, interruptionPercentPerMonth: 20)
    let plan = try Self.plan(.cloudRental(rental)) { $0.workload.expectedQPS = 5 }
    #expect(plan.pricing?.market == .spot && plan.pricing?.perGPUHourUSD == 1.6)
    #expect(plan.why.contains { $0.contains("taken back at any time, two minutes after a warning") }, "\(plan.why)")
    #expect(plan.why.contains { $0.contains("At 20 % a month") }, "\(plan.why)")
    #expect(plan.pricing?.title.contains("SPOT") == true)
    let single = try Self.plan(.cloudRental(rental)) { $0.hardware.maxGPUs = 4 }
    #expect(single.replicas > 1 || single.why.contains { $0.contains("nothing is left to serve") }, "\(single.why)")
  }

  @Test func `A spot price that nobody knows is no price, and what to write is said`() throws {
    var request = Sample.request()
    request.pricing = .cloudRental(CloudRental(provider: "gcp", market: .spot))
    guard case .noViablePlan(let none) = try Planner.plan(request, knowledge: Self.knowledge) else {
      Issue.record("a plan without a price")
      return
    }
    #expect(none.rejected == [.noPrice: 3])
    #expect(none.message.contains("write pricing.spotPricePerGPUHourUSD"), "\(none.message)")
  }

  @Test func `Spot is never taken unless it is asked for`() throws {
    for provider in [nil, "aws", CloudRental.cheapest] {
      let plan = try Self.plan(.cloudRental(CloudRental(provider: provider)))
      #expect(plan.pricing?.market == .onDemand && (plan.pricing?.perGPUHourUSD ?? 0) >= 3.5)
    }
  }

  // MARK: Owned

  @Test func `Power is watts times PUE times price: 182 USD a month`() throws {
    let statement = try #require(PricingModel.ownedHardware(Self.tariff).statement(gpuCount: 4, replicas: 1, accelerator: Self.a100))
    #expect(isNear(statement.power?.perMonthUSD, 182.208))
    #expect(isNear(statement.perGPUHourUSD * 4 * 730, 182.208))
    #expect(statement.notes[0].contains("4 × 400 W × PUE 1.3 × 730 h × 0.12 USD/kWh = 182.21"), "\(statement.notes)")
  }

  @Test func `Owned GPUs are used sparingly: the fewest, whatever the balance says, unless speed or accuracy is the objective`() throws {
    // 1 × 4 GPUs at 2 requests/s; 5 × 1 GPU at 0.25 requests/s; MI300X: 1 × 2 GPUs.
    func gpus(_ objective: Objective, _ pricing: PricingModel) throws -> Int {
      try Self.plan(pricing, objective: objective) { $0.hardware.gpuTypes = [] }.gpuCount
    }
    let free = PricingModel.ownedHardware(PowerTariff())
    #expect(try gpus(.balanced, free) == 2)
    #expect(try gpus(.cost, free) == 2)
    #expect(try gpus(.latency, free) == 4)
    #expect(try gpus(.fewestGPUs, .listPrices) == 2)
    let plan = try Self.plan(free, objective: .balanced)
    #expect(plan.gpuCount == 4 && plan.cost.perMonthUSD == 0)
    #expect(plan.why[0].hasPrefix("The fewest GPUs"), "\(plan.why)")
  }

  @Test func `With owned GPUs the budget policies go by the number of GPUs first`() throws {
    func gpus(_ policy: Budget.Policy) throws -> Int {
      try Self.plan(.ownedHardware(Self.tariff)) { $0.budget.policy = policy }.gpuCount
    }
    #expect(try gpus(.strict) == 4)
    #expect(try gpus(.flexible) == 5)
    #expect(try gpus(.none) == 4)
  }

  // MARK: Purchase

  @Test func `Bought GPUs pay back after 5.1 months, not 41`() throws {
    let months = try #require(
      Purchase.breakEvenMonths(capitalUSD: 60_000, rentalPerMonthUSD: 11_972, operatingPerMonthUSD: 182.208))
    #expect(isNear(months, 5.0892, within: 1e-4))
    #expect(Purchase.breakEvenMonths(capitalUSD: 1, rentalPerMonthUSD: 100, operatingPerMonthUSD: 100) == nil)
    let statement = try #require(PricingModel.purchase(Self.purchase).statement(gpuCount: 4, replicas: 1, accelerator: Self.a100))
    let ownership = try #require(statement.ownership)
    #expect(ownership.capitalUSD == 60_000)
    #expect(isNear(ownership.capitalPerMonthUSD, 1_666.67))
    #expect(isNear(ownership.rentalPerMonthUSD, 11_972))
    #expect(isNear(ownership.breakEvenMonths, 5.0892, within: 1e-4))
    #expect(isNear(statement.perGPUHourUSD * 4 * 730, 1_848.87))
    #expect(statement.notes.contains { $0.contains("after 5.1 months of use against renting the same from aws for 11,972.00 USD") })
    #expect(
      try isNear(
        Self.plan(.purchase(Self.purchase)) {
          $0.workload.expectedQPS = 1.5; $0.hardware.maxGPUs = 4
        }.cost.perMonthUSD, 1_848.87))
  }

  @Test func `What never pays back is said to`() throws {
    var purchase = Self.purchase
    purchase.otherMonthlyPerGPUUSD = 4_000
    let statement = try #require(PricingModel.purchase(purchase).statement(gpuCount: 1, replicas: 1, accelerator: Self.a100))
    #expect(statement.ownership?.breakEvenMonths == nil)
    #expect(statement.notes.contains { $0.contains("never pays back") }, "\(statement.notes)")
    purchase.otherMonthlyPerGPUUSD = 2_700
    let late = try #require(PricingModel.purchase(purchase).statement(gpuCount: 1, replicas: 1, accelerator: Self.a100))
    #expect(late.notes.contains { $0.contains("later than the GPUs are written off: rent them") }, "\(late.notes)")
  }

  // MARK: Mistakes

  @Test(arguments: [
    (PricingModel.cloudRental(CloudRental(provider: "awz")), "pricing.provider: \"awz\" is not known; did you mean aws"),
    (.cloudRental(CloudRental(onDemandUSD: ["A100-8": 1])), "pricing.pricePerGPUHourUSD: \"A100-8\" is not known; did you mean A100-80"),
    (.cloudRental(CloudRental(onDemandUSD: ["A100-80": -1])), "pricing.pricePerGPUHourUSD.A100-80: -1.0 is not possible"),
    (.ownedHardware(PowerTariff(usdPerKWh: .nan)), "pricing.powerPriceUSDPerKWh: nan is not possible"),
    (.ownedHardware(PowerTariff(usdPerKWh: 0.1, pue: 0.9)), "pricing.pue: 0.9 is not possible; write a number from 1 to 10"),
    (.purchase(Purchase(priceUSD: 1, amortisationMonths: 0)), "pricing.amortisationMonths: 0.0 is not possible"),
    (.purchase(Purchase()), "pricing.purchasePriceUSD is missing"),
  ])
  func `A price that cannot be meant is refused with what to write`(pricing: PricingModel, message: String) {
    var request = Sample.request()
    request.pricing = pricing
    let problem = #expect(throws: PlanProblem.self) { try Planner.plan(request, knowledge: Self.knowledge) }
    #expect(problem?.description.hasPrefix(message) == true, "\(problem.map { "\($0)" } ?? "")")
  }

  @Test func `Another way to pay is another request`() {
    let models: [PricingModel] = [
      .listPrices, .cloudRental(CloudRental(provider: "aws")), .cloudRental(CloudRental(provider: "aws", market: .spot)),
      .ownedHardware(PowerTariff()), .ownedHardware(Self.tariff), .purchase(Self.purchase),
    ]
    let digests = models.map { model in
      var request = Sample.request()
      request.pricing = model
      return request.digest
    }
    #expect(Set(digests).count == models.count)
  }

  @Test func `What a plan says of its pricing survives being written down as flat fields`() throws {
    for model in [PricingModel.listPrices, .ownedHardware(Self.tariff), .purchase(Self.purchase)] {
      let statement = try #require(model.statement(gpuCount: 4, replicas: 2, accelerator: Self.a100))
      let words = Dictionary(uniqueKeysWithValues: statement.words.map { ($0.field, $0.value) })
      let figures = Dictionary(uniqueKeysWithValues: statement.figures.map { ($0.field, $0.value) })
      #expect(PlanPricing(words: { words[$0] }, figures: { figures[$0] }, notes: statement.notes) == statement)
    }
  }
}
