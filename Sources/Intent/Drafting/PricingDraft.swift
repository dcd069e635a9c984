import Planning

/// How the GPUs of a draft are paid for, with what had to be assumed.
struct PricingDraft {
  private(set) var pricing = PricingModel.listPrices
  private(set) var assumptions: [(field: Field, text: String)] = []
  private(set) var notes: [String] = []

  init(_ found: Understanding, knowledge: Knowledge) {
    let rental = rental(found, knowledge)
    let power = PowerTariff(usdPerKWh: found.number(.powerPrice))
    switch found.text(.pricingMode).flatMap(PricingModel.Mode.init(rawValue:)) {
    case .ownedHardware:
      pricing = .ownedHardware(power)
      if power.usdPerKWh == nil { assume(.powerPrice, "not counted, since nothing was said of it") }
      // Their own GPUs are nobody's to rent.
      for field in [Field.provider, .market] {
        guard let ignored = found[field] else { continue }
        notes.append("\"\(ignored.words)\" does not matter for GPUs that one owns.")
      }
    case .purchase: purchase(found, power, rental)
    case .cloudRental, nil:
      pricing = .cloudRental(rental)
      if found[.pricingMode] == nil, rental == CloudRental() { assume(.pricingMode, "rented on demand at list prices") }
    }
  }

  private mutating func assume(_ field: Field, _ text: String) { assumptions.append((field, text)) }

  private mutating func rental(_ found: Understanding, _ knowledge: Knowledge) -> CloudRental {
    var rental = CloudRental(provider: found.text(.provider))
    guard let words = found[.market]?.words else { return rental }
    rental.market = .spot
    let model = PricingModel.cloudRental(rental)
    if knowledge.accelerators.contains(where: { model.rate(of: $0) != nil }) { return rental }
    rental.market = .onDemand
    assume(.market, "onDemand, since no spot price is known")
    notes.append(
      "\"\(words)\": the catalogue has no spot prices\(rental.provider.map { " of \($0)" } ?? ""), so GPUs are planned on demand; for spot, "
        + "write pricing.market: spot and pricing.spotPricePerGPUHourUSD.")
    return rental
  }

  private mutating func purchase(_ found: Understanding, _ power: PowerTariff, _ rental: CloudRental) {
    guard let price = found.number(.purchasePrice) else {
      pricing = .cloudRental(rental)
      assume(.pricingMode, "rented, since what a GPU costs was not said")
      notes.append(
        "\"\(found[.pricingMode]?.words ?? "")\": what buying costs needs the price of one GPU with its part of the server, such as "
          + "\"30,000 USD per GPU\", and of power, such as \"0.15 USD per kWh\"; until then the plan is for renting.")
      return
    }
    var power = power
    if power.usdPerKWh == nil {
      power.usdPerKWh = 0
      assume(.powerPrice, "0 USD per kWh, since nothing was said of it: the cost of power is left out")
    }
    pricing = .purchase(Purchase(priceUSD: price, power: power, rental: rental))
  }
}
