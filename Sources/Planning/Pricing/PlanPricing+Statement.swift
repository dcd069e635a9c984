extension PricingModel {
  /// How `gpuCount` GPUs are paid for; `nil` when there is no price, and then no plan either.
  ///
  /// - Parameters:
  ///   - replicas: of the plan.
  ///   - accelerator: as the catalogue has it.
  package func statement(gpuCount: Int, replicas: Int, accelerator: Accelerator) -> PlanPricing? {
    guard var statement = figures(gpuCount: gpuCount, accelerator: accelerator) else { return nil }
    statement.notes = notes(statement, gpuCount: gpuCount, replicas: replicas, accelerator: accelerator)
    return statement
  }

  /// The same without sentences.
  func figures(gpuCount: Int, accelerator: Accelerator) -> PlanPricing? {
    guard let rate = rate(of: accelerator) else { return nil }
    var statement = PlanPricing(mode: mode, provider: rate.provider, perGPUHourUSD: rate.perHourUSD, notes: [])
    switch self {
    case .cloudRental(let rental): statement.market = rental.market
    case .ownedHardware(let tariff): statement.power = tariff.power(gpuCount: gpuCount, accelerator)
    case .purchase(let purchase):
      statement.power = purchase.power.power(gpuCount: gpuCount, accelerator)
      statement.ownership = purchase.ownership(gpuCount: gpuCount, accelerator)
    }
    return statement
  }

  private func notes(_ statement: PlanPricing, gpuCount: Int, replicas: Int, accelerator: Accelerator) -> [String] {
    switch self {
    case .cloudRental(let rental):
      rental.notes(
        GPURate(perHourUSD: statement.perGPUHourUSD, provider: statement.provider), replicas: replicas, accelerator: accelerator)
    case .ownedHardware(let tariff): [tariff.note(statement.power, gpuCount: gpuCount)]
    case .purchase(let purchase):
      [purchase.power.note(statement.power, gpuCount: gpuCount)] + purchase.notes(statement.ownership, accelerator)
    }
  }
}

extension CloudRental {
  fileprivate func notes(_ rate: GPURate, replicas: Int, accelerator: Accelerator) -> [String] {
    let whose = rate.provider.map { "\($0)'s price" } ?? (accelerator.isStated(in: self) ? "the stated price" : "the list price")
    let sold = market == .spot ? "on the spot market" : "on demand"
    var notes = ["Rented \(sold) at \(whose) of \(Figure.money(rate.perHourUSD)) USD for a GPU and hour."]
    guard market == .spot else { return notes }
    var warning = "Spot GPUs are taken back at any time, \(Self.notice(rate.provider)): their requests fail over or wait"
    warning += replicas > 1 ? "." : ", and with one replica nothing is left to serve them."
    notes.append(warning)
    if let interruptionPercentPerMonth {
      notes.append(
        "At \(Figure(interruptionPercentPerMonth)) % a month, \(Figure(interruptionPercentPerMonth / 100 * Double(replicas))) of "
          + "\(replicas) replica(s) are taken back in a month on average.")
    }
    return notes
  }

  /// What the providers promise in their documentation of spot machines.
  private static func notice(_ provider: String?) -> String {
    switch provider {
    case "aws": "two minutes after a warning"
    case "gcp", "azure": "half a minute after a warning"
    default: "with little warning or none"
    }
  }
}

extension Accelerator {
  fileprivate func isStated(in rental: CloudRental) -> Bool {
    entry(in: rental.market == .spot ? rental.spotUSD : rental.onDemandUSD) != nil
  }
}

extension PowerTariff {
  fileprivate func power(gpuCount: Int, _ accelerator: Accelerator) -> PlanPricing.Power? {
    guard let usdPerKWh, let watts = wattsPerGPU ?? accelerator.powerWatts, let hourly = hourlyUSD(accelerator) else { return nil }
    return .init(
      wattsPerGPU: watts, pue: pue, usdPerKWh: usdPerKWh, perMonthUSD: hourly * Double(gpuCount) * Pricing.hoursPerMonth)
  }

  fileprivate func note(_ power: PlanPricing.Power?, gpuCount: Int) -> String {
    guard let power else { return "No power price is given: what the GPUs draw is taken to be accounted for elsewhere." }
    return "Power: \(gpuCount) × \(Figure(power.wattsPerGPU)) W × PUE \(Figure(power.pue)) × 730 h × \(Figure(power.usdPerKWh)) USD/kWh = "
      + "\(Figure.money(power.perMonthUSD)) USD a month."
  }
}

extension Purchase {
  fileprivate func ownership(gpuCount: Int, _ accelerator: Accelerator) -> PlanPricing.Ownership? {
    guard let price = price(of: accelerator), let each = operatingMonthlyUSD(accelerator) else { return nil }
    let capital = price * Double(gpuCount)
    let operating = each * Double(gpuCount)
    let rent = rental.rate(of: accelerator).map { $0.perHourUSD * Double(gpuCount) * Pricing.hoursPerMonth }
    return .init(
      capitalUSD: capital, amortisationMonths: amortisationMonths, capitalPerMonthUSD: capital / Double(amortisationMonths),
      operatingPerMonthUSD: operating, rentalPerMonthUSD: rent,
      breakEvenMonths: rent.flatMap {
        Self.breakEvenMonths(capitalUSD: capital, rentalPerMonthUSD: $0, operatingPerMonthUSD: operating)
      })
  }

  fileprivate func notes(_ ownership: PlanPricing.Ownership?, _ accelerator: Accelerator) -> [String] {
    guard let ownership else { return [] }
    var notes = [
      "Buying for \(Figure.money(ownership.capitalUSD)) USD, written off over \(amortisationMonths) months, is "
        + "\(Figure.money(ownership.capitalPerMonthUSD)) USD a month, and \(Figure.money(ownership.operatingPerMonthUSD)) to run."
    ]
    guard let rent = ownership.rentalPerMonthUSD else { return notes + ["There is no rental price to compare it with."] }
    let whose = rental.rate(of: accelerator)?.provider.map { " from \($0)" } ?? ""
    let renting = "renting the same\(whose) for \(Figure.money(rent)) USD a month"
    guard let months = ownership.breakEvenMonths else { return notes + ["It never pays back against \(renting)."] }
    let sooner = months <= Double(amortisationMonths) ? "" : ", later than the GPUs are written off: rent them"
    notes.append("It pays back after \(Figure(months, decimals: 1)) months of use against \(renting)\(sooner).")
    return notes
  }
}
