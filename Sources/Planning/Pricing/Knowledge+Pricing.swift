extension Knowledge {
  /// The same knowledge with what a GPU hour costs under `pricing` in place of the list price; `nil` where that is not known.
  func priced(by pricing: PricingModel) throws(PlanProblem) -> Knowledge {
    if pricing == .listPrices { return self }
    try check(pricing)
    return with { accelerator in accelerator.pricePerHourUSD = pricing.rate(of: accelerator)?.perHourUSD }
  }

  /// The providers that any accelerator has a price of, by name.
  package var providers: [String] { Set(accelerators.flatMap(\.providerPrices.keys)).sorted() }

  private func check(_ pricing: PricingModel) throws(PlanProblem) {
    switch pricing {
    case .cloudRental(let rental): try check(rental)
    case .ownedHardware: break
    case .purchase(let purchase):
      try check(purchase.pricesUSD, field: "pricing.purchasePriceUSD")
      try check(purchase.rental)
    }
  }

  private func check(_ rental: CloudRental) throws(PlanProblem) {
    try check(rental.onDemandUSD, field: "pricing.pricePerGPUHourUSD")
    try check(rental.spotUSD, field: "pricing.spotPricePerGPUHourUSD")
    guard let provider = rental.provider?.lowercased(), provider != CloudRental.cheapest, !providers.contains(provider) else { return }
    // A provider of one's own is fine where its prices are stated.
    guard (rental.market == .spot ? rental.spotUSD : rental.onDemandUSD).isEmpty else { return }
    let known = NameIndex((providers + [CloudRental.cheapest]).map { [$0] })
    throw .unknownName(rental.provider ?? "", field: "pricing.provider", nearest: known.nearest(to: provider))
  }

  private func check(_ prices: [String: Double], field: String) throws(PlanProblem) {
    for name in prices.keys.sorted() {
      do {
        _ = try accelerator(named: name)
      } catch {
        guard case .unknownName(let name, _, let nearest) = error else { throw error }
        throw .unknownName(name, field: field, nearest: nearest)
      }
    }
  }
}

extension Knowledge {
  /// The same knowledge with offers by accelerator (any of its names) and provider; other providers' prices stay.
  package func with(offers: [String: [String: ProviderPrice]]) -> Knowledge {
    guard !offers.isEmpty else { return self }
    return with { accelerator in
      let names = Set(([accelerator.name] + accelerator.aliases).map { $0.lowercased() })
      for (name, providers) in offers where names.contains(name.lowercased()) {
        accelerator.providerPrices.merge(providers) { _, new in new }
      }
    }
  }
}
