/// As flat fields, for every format that a plan is written in.
extension PlanPricing {
  package var words: [(field: String, value: String)] {
    [("mode", mode.rawValue)] + (market.map { [("market", $0.rawValue)] } ?? []) + (provider.map { [("provider", $0)] } ?? [])
  }

  package var figures: [(field: String, value: Double)] {
    var figures = [(field: "perGPUHourUSD", value: perGPUHourUSD)]
    if let power {
      figures += [
        ("wattsPerGPU", power.wattsPerGPU), ("pue", power.pue), ("powerPriceUSDPerKWh", power.usdPerKWh),
        ("powerPerMonthUSD", power.perMonthUSD),
      ]
    }
    guard let ownership else { return figures }
    figures += [
      ("capitalUSD", ownership.capitalUSD), ("amortisationMonths", Double(ownership.amortisationMonths)),
      ("capitalPerMonthUSD", ownership.capitalPerMonthUSD), ("operatingPerMonthUSD", ownership.operatingPerMonthUSD),
    ]
    if let rent = ownership.rentalPerMonthUSD { figures.append(("rentalPerMonthUSD", rent)) }
    if let months = ownership.breakEvenMonths { figures.append(("breakEvenMonths", months)) }
    return figures
  }

  /// Reads what ``words`` and ``figures`` wrote; `nil` when something is missing.
  package init?(words: (String) -> String?, figures: (String) -> Double?, notes: [String]) {
    guard let mode = words("mode").flatMap(PricingModel.Mode.init(rawValue:)), let perHour = figures("perGPUHourUSD") else { return nil }
    self.init(
      mode: mode, market: words("market").flatMap(CloudRental.Market.init(rawValue:)), provider: words("provider"), perGPUHourUSD: perHour,
      power: Power(figures), ownership: Ownership(figures), notes: notes)
  }

  /// `rented on demand from aws`, `owned hardware`, `bought, written off over 36 months`.
  package var title: String {
    switch mode {
    case .cloudRental:
      "rented \(market == .spot ? "on the SPOT market" : "on demand") \(provider.map { "from \($0)" } ?? "at list prices")"
    case .ownedHardware: "owned hardware" + (power == nil ? ", power not counted" : ", power only")
    case .purchase: "bought" + (ownership.map { ", written off over \($0.amortisationMonths) months" } ?? "")
    }
  }
}

extension PlanPricing.Power {
  fileprivate init?(_ figures: (String) -> Double?) {
    guard let watts = figures("wattsPerGPU"), let pue = figures("pue"), let price = figures("powerPriceUSDPerKWh"),
      let monthly = figures("powerPerMonthUSD")
    else { return nil }
    self.init(wattsPerGPU: watts, pue: pue, usdPerKWh: price, perMonthUSD: monthly)
  }
}

extension PlanPricing.Ownership {
  fileprivate init?(_ figures: (String) -> Double?) {
    guard let capital = figures("capitalUSD"), let months = figures("amortisationMonths").flatMap({ Int(exactly: $0) }),
      let writtenOff = figures("capitalPerMonthUSD"), let operating = figures("operatingPerMonthUSD")
    else { return nil }
    self.init(
      capitalUSD: capital, amortisationMonths: months, capitalPerMonthUSD: writtenOff, operatingPerMonthUSD: operating,
      rentalPerMonthUSD: figures("rentalPerMonthUSD"), breakEvenMonths: figures("breakEvenMonths"))
  }
}
