/// What one GPU costs for an hour, and whose price that is.
package struct GPURate: Sendable, Hashable {
  package var perHourUSD: Double
  /// The provider; `nil` for a list price, and for GPUs that are not rented.
  package var provider: String?

  package init(perHourUSD: Double, provider: String? = nil) {
    self.perHourUSD = perHourUSD
    self.provider = provider
  }
}

extension PricingModel {
  /// `nil` when a figure is missing: no price on that market, no purchase price, no power draw.
  package func rate(of accelerator: Accelerator) -> GPURate? {
    switch self {
    case .cloudRental(let rental): return rental.rate(of: accelerator)
    case .ownedHardware(let tariff): return tariff.hourlyUSD(accelerator).map { GPURate(perHourUSD: $0) }
    case .purchase(let purchase):
      guard let price = purchase.price(of: accelerator), let operating = purchase.operatingMonthlyUSD(accelerator) else { return nil }
      let monthly = price / Double(purchase.amortisationMonths) + operating
      return GPURate(perHourUSD: monthly / Pricing.hoursPerMonth)
    }
  }
}

extension CloudRental {
  /// The stated price, else the provider's, else (when no provider is named) the list price.
  func rate(of accelerator: Accelerator) -> GPURate? {
    if let stated = accelerator.entry(in: market == .spot ? spotUSD : onDemandUSD) {
      return GPURate(perHourUSD: stated, provider: provider == Self.cheapest ? nil : provider)
    }
    let offers = accelerator.providerPrices.compactMap { name, price in price[market].map { (name: name, price: $0) } }
    switch provider {
    case nil:
      // Nobody lists a spot price: it has to come from a provider.
      return market == .onDemand ? accelerator.pricePerHourUSD.map { GPURate(perHourUSD: $0) } : nil
    case Self.cheapest:
      return offers.min { ($0.price, $0.name) < ($1.price, $1.name) }.map { GPURate(perHourUSD: $0.price, provider: $0.name) }
    case let name?:
      return offers.first { $0.name == name.lowercased() }.map { GPURate(perHourUSD: $0.price, provider: $0.name) }
    }
  }
}

extension Purchase {
  func price(of accelerator: Accelerator) -> Double? { accelerator.entry(in: pricesUSD) ?? priceUSD }
}

extension Accelerator {
  /// The entry of a table by accelerator, whichever of its names it is under.
  func entry(in table: [String: Double]) -> Double? {
    if table.isEmpty { return nil }
    let names = Set(([name] + aliases).map { $0.lowercased() })
    return table.sorted { $0.key < $1.key }.first { names.contains($0.key.lowercased()) }?.value
  }
}
