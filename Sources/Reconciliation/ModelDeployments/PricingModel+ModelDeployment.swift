import Planning
import QoSAPI

extension PricingModel {
  /// How a ModelDeployment says that its GPUs are paid for.
  package init(_ pricing: ModelDeployment.Pricing?) {
    guard let pricing else {
      self = .listPrices
      return
    }
    let rental = CloudRental(
      provider: pricing.provider, market: pricing.market == .spot ? .spot : .onDemand, onDemandUSD: pricing.pricePerGPUHourUSD,
      spotUSD: pricing.spotPricePerGPUHourUSD, interruptionPercentPerMonth: pricing.interruptionPercentPerMonth)
    let tariff = PowerTariff(
      usdPerKWh: pricing.powerPriceUSDPerKWh, pue: pricing.pue ?? PowerTariff.usualPUE, wattsPerGPU: pricing.wattsPerGPU)
    switch pricing.mode {
    case .cloudRental: self = .cloudRental(rental)
    case .ownedHardware: self = .ownedHardware(tariff)
    case .purchase:
      self = .purchase(
        Purchase(
          priceUSD: pricing.purchasePricePerGPUUSD, pricesUSD: pricing.purchasePriceUSD,
          amortisationMonths: pricing.amortisationMonths ?? Purchase.usualAmortisationMonths, power: tariff,
          otherMonthlyPerGPUUSD: pricing.otherMonthlyPerGPUUSD ?? 0, rental: rental))
    }
  }
}
