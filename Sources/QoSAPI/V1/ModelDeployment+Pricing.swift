extension ModelDeployment {
  /// How its GPUs are paid for; what is left out, the planner knows or the catalogue brings.
  package struct Pricing: Sendable, Hashable {
    package enum Mode: String, Sendable, CaseIterable {
      case cloudRental, ownedHardware, purchase
    }

    package enum Market: String, Sendable, CaseIterable {
      case onDemand, spot
    }

    package var mode: Mode
    package var provider: String?
    package var market: Market?
    /// USD for a GPU and hour, by accelerator.
    package var pricePerGPUHourUSD: [String: Double]
    package var spotPricePerGPUHourUSD: [String: Double]
    package var interruptionPercentPerMonth: Double?
    package var powerPriceUSDPerKWh: Double?
    package var pue: Double?
    package var wattsPerGPU: Double?
    package var purchasePricePerGPUUSD: Double?
    /// USD for a GPU, by accelerator.
    package var purchasePriceUSD: [String: Double]
    package var amortisationMonths: Int?
    package var otherMonthlyPerGPUUSD: Double?
  }
}

extension ModelDeployment.Pricing {
  init?(_ reader: inout FieldReader) {
    mode = reader.choice("mode", Mode.self) ?? .cloudRental
    provider = reader.string("provider")
    market = reader.choice("market", Market.self)
    pricePerGPUHourUSD = reader.numbers("pricePerGPUHourUSD", 0...100_000)
    spotPricePerGPUHourUSD = reader.numbers("spotPricePerGPUHourUSD", 0...100_000)
    interruptionPercentPerMonth = reader.number("interruptionPercentPerMonth", 0...100)
    powerPriceUSDPerKWh = reader.number("powerPriceUSDPerKWh", 0...1000)
    pue = reader.number("pue", 1...10)
    wattsPerGPU = reader.number("wattsPerGPU", 1...100_000)
    purchasePricePerGPUUSD = reader.number("purchasePricePerGPUUSD", 0...100_000_000)
    purchasePriceUSD = reader.numbers("purchasePriceUSD", 0...100_000_000)
    amortisationMonths = reader.int("amortisationMonths", 1...240)
    otherMonthlyPerGPUUSD = reader.number("otherMonthlyPerGPUUSD", 0...1_000_000)
    if mode == .purchase, !reader.has("purchasePricePerGPUUSD"), !reader.has("purchasePriceUSD") {
      reader.report("purchasePriceUSD", "is missing; write what one GPU costs by accelerator, or purchasePricePerGPUUSD for any")
    }
    if mode == .purchase, !reader.has("powerPriceUSDPerKWh") {
      reader.report("powerPriceUSDPerKWh", "is missing; write what a kilowatt hour costs, 0 when somebody else pays for it")
    }
  }
}

extension FieldReader {
  /// An object whose names are data.
  mutating func numbers(_ key: String, _ range: ClosedRange<Double>) -> [String: Double] {
    object(key) { (nested: inout FieldReader) -> [String: Double] in
      var numbers: [String: Double] = [:]
      for name in (nested.json.object ?? [:]).keys { numbers[name] = nested.number(name, range) }
      return numbers
    } ?? [:]
  }
}
