import Kubernetes
import Planning
import QoSAPI
import Reconciliation
import Testing
import YAML

@Suite("How a ModelDeployment says that its GPUs are paid for")
struct PricingRequestTests {
  private func deployment(_ pricing: String) throws -> ModelDeployment {
    let text = "metadata: {name: a}\nspec: {useCase: translation, traffic: {expectedQPS: 1}, pricing: \(pricing)}"
    return try ModelDeployment(KubeObject(try #require(try YAMLParser.documents(text).first)))
  }

  static let models: [(text: String, model: PricingModel)] = [
    ("null", .listPrices), ("{}", .listPrices), ("{mode: cloudRental, market: onDemand}", .listPrices),
    ("{provider: aws, pricePerGPUHourUSD: {H100: 4}}", .cloudRental(CloudRental(provider: "aws", onDemandUSD: ["H100": 4]))),
    (
      "{market: spot, spotPricePerGPUHourUSD: {H100: 2}, interruptionPercentPerMonth: 5}",
      .cloudRental(CloudRental(market: .spot, spotUSD: ["H100": 2], interruptionPercentPerMonth: 5))
    ),
    ("{mode: ownedHardware}", .ownedHardware(PowerTariff())),
    (
      "{mode: ownedHardware, powerPriceUSDPerKWh: 0.2, pue: 1.1, wattsPerGPU: 900}",
      .ownedHardware(PowerTariff(usdPerKWh: 0.2, pue: 1.1, wattsPerGPU: 900))
    ),
    (
      "{mode: purchase, purchasePriceUSD: {H100: 30000}, purchasePricePerGPUUSD: 20000, powerPriceUSDPerKWh: 0, amortisationMonths: 48, otherMonthlyPerGPUUSD: 9}",
      .purchase(
        Purchase(
          priceUSD: 20_000, pricesUSD: ["H100": 30_000], amortisationMonths: 48, power: PowerTariff(usdPerKWh: 0), otherMonthlyPerGPUUSD: 9)
      )
    ),
  ]

  @Test("is what the planner is asked", arguments: models.indices)
  func request(_ place: Int) throws {
    #expect(PlanRequest(try deployment(Self.models[place].text)).pricing == Self.models[place].model)
  }

  static let mistakes: [(text: String, message: String)] = [
    ("{mode: purchase, powerPriceUSDPerKWh: 0.1}", "spec.pricing.purchasePriceUSD: is missing; write what one GPU costs"),
    ("{mode: purchase, purchasePricePerGPUUSD: 1}", "spec.pricing.powerPriceUSDPerKWh: is missing; write what a kilowatt hour costs"),
    ("{mode: leasing}", "spec.pricing.mode: \"leasing\" is not known; write one of cloudRental, ownedHardware, purchase"),
    ("{pue: 0.5}", "spec.pricing.pue: 0.5 is not possible; write a number from 1"),
    ("{pricePerGPUHourUSD: {H100: cheap}}", "spec.pricing.pricePerGPUHourUSD.H100: \"cheap\" is not possible"),
  ]

  @Test("is refused with what to write instead", arguments: mistakes.indices)
  func mistake(_ place: Int) throws {
    let error = #expect(throws: FieldProblems.self) { try deployment(Self.mistakes[place].text) }
    #expect(error?.description.contains(Self.mistakes[place].message) == true, "\(error.map { "\($0)" } ?? "")")
  }
}
