extension PricingModel {
  /// Calls `check` with every number that is stated, its field and what can be meant.
  func forEachNumber(
    _ check: (Double?, _ field: String, _ range: ClosedRange<Double>, _ unit: String) throws(PlanProblem) -> Void
  ) throws(PlanProblem) {
    func rental(_ rental: CloudRental) throws(PlanProblem) {
      for (name, price) in rental.onDemandUSD.sorted(by: { $0.key < $1.key }) {
        try check(price, "pricing.pricePerGPUHourUSD.\(name)", 0...100_000, "USD for a GPU and hour")
      }
      for (name, price) in rental.spotUSD.sorted(by: { $0.key < $1.key }) {
        try check(price, "pricing.spotPricePerGPUHourUSD.\(name)", 0...100_000, "USD for a GPU and hour")
      }
      try check(rental.interruptionPercentPerMonth, "pricing.interruptionPercentPerMonth", 0...100, "per cent of the machines")
    }
    func power(_ tariff: PowerTariff) throws(PlanProblem) {
      try check(tariff.usdPerKWh, "pricing.powerPriceUSDPerKWh", 0...1000, "USD")
      try check(tariff.pue, "pricing.pue", 1...10, "power of the data centre over that of its machines")
      try check(tariff.wattsPerGPU, "pricing.wattsPerGPU", 1...100_000, "watts")
    }
    switch self {
    case .cloudRental(let model): try rental(model)
    case .ownedHardware(let tariff): try power(tariff)
    case .purchase(let purchase):
      try power(purchase.power)
      try rental(purchase.rental)
      try check(purchase.priceUSD, "pricing.purchasePricePerGPUUSD", 0...100_000_000, "USD")
      for (name, price) in purchase.pricesUSD.sorted(by: { $0.key < $1.key }) {
        try check(price, "pricing.purchasePriceUSD.\(name)", 0...100_000_000, "USD")
      }
      try check(Double(purchase.amortisationMonths), "pricing.amortisationMonths", 1...240, "months")
      try check(purchase.otherMonthlyPerGPUUSD, "pricing.otherMonthlyPerGPUUSD", 0...1_000_000, "USD for a GPU and month")
      if purchase.priceUSD == nil, purchase.pricesUSD.isEmpty {
        throw .missing(field: "pricing.purchasePriceUSD", advice: "write what one GPU costs by accelerator, such as {A100-80: 15000}")
      }
    }
  }

  /// The lines of a digest: field and value of everything that differs from list prices on demand.
  var digestFields: [(field: String, value: String)] {
    guard self != .listPrices else { return [] }
    var fields: [(field: String, value: String)] = [("pricing", mode.rawValue)]
    func add(_ name: String, _ value: Double?) { if let value { fields.append((name, "\(value)")) } }
    func add(_ name: String, _ table: [String: Double]) {
      for (key, value) in table.sorted(by: { $0.key.lowercased() < $1.key.lowercased() }) { add("\(name).\(key)", value) }
    }
    func add(_ rental: CloudRental) {
      if let provider = rental.provider { fields.append(("provider", provider)) }
      fields.append(("market", rental.market.rawValue))
      add("onDemand", rental.onDemandUSD)
      add("spot", rental.spotUSD)
      add("interruption", rental.interruptionPercentPerMonth)
    }
    func add(_ tariff: PowerTariff) {
      add("powerPrice", tariff.usdPerKWh)
      add("pue", tariff.pue)
      add("watts", tariff.wattsPerGPU)
    }
    switch self {
    case .cloudRental(let rental): add(rental)
    case .ownedHardware(let tariff): add(tariff)
    case .purchase(let purchase):
      add("purchase", purchase.priceUSD)
      add("purchase", purchase.pricesUSD)
      add("amortisation", Double(purchase.amortisationMonths))
      add("other", purchase.otherMonthlyPerGPUUSD)
      add(purchase.power)
      add(purchase.rental)
    }
    return fields
  }
}
