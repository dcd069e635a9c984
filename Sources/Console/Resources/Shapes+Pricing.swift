import Intent
import JSON
import Planning

extension Shapes {
  /// As `spec.pricing` of a ModelDeployment.
  static let pricing = Shape.object(
    [
      .init("mode", .choice(PricingModel.Mode.allCases.map(\.rawValue)), "cloudRental when left out."),
      .init("provider", .text(1...64), "Whose prices count, such as aws; cheapest for the lowest of all; left out, list prices."),
      .init("market", .choice(CloudRental.Market.allCases.map(\.rawValue)), "onDemand when left out."),
      .init("pricePerGPUHourUSD", prices(0...100_000), "Rent by accelerator; overrides the catalogue's."),
      .init("spotPricePerGPUHourUSD", prices(0...100_000), "The same for market spot."),
      .init("interruptionPercentPerMonth", .number(0...100), "Spot machines that the provider takes back in a month."),
      .init("powerPriceUSDPerKWh", .number(0...1000), "USD per kilowatt hour."),
      .init("pue", .number(1...10), "Power usage effectiveness."), .init("wattsPerGPU", .number(1...100_000), "What one GPU draws."),
      .init("purchasePricePerGPUUSD", .number(0...100_000_000), "What one GPU costs, whatever its kind."),
      .init("purchasePriceUSD", prices(0...100_000_000), "The same by accelerator; it wins."),
      .init("otherMonthlyPerGPUUSD", .number(0...1_000_000), "Rack space, maintenance and the like."),
      .init("amortisationMonths", .integer(1...240), "36 when left out."),
    ],
    rules: [
      .when(
        "mode", is: "purchase", needs: ["purchasePriceUSD", "purchasePricePerGPUUSD"],
        message: "mode purchase needs purchasePriceUSD (by accelerator) or purchasePricePerGPUUSD"),
      .when(
        "mode", is: "purchase", needs: ["powerPriceUSDPerKWh"],
        message: "mode purchase needs powerPriceUSDPerKWh; write 0 when somebody else pays for the power"),
    ])

  private static func prices(_ range: ClosedRange<Double>) -> Shape { .map(.number(range), minimum: 1, maximum: 32) }
}

extension PricingModel {
  /// From a value that has ``Shapes/pricing``.
  init(specification json: JSONValue?) {
    guard let json else {
      self = .listPrices
      return
    }
    func prices(_ name: String) -> [String: Double] {
      Dictionary((json[name]?.object ?? [:]).compactMap { member in member.value.double.map { (member.key, $0) } }) { $1 }
    }
    let rental = CloudRental(
      provider: json["provider"]?.string, market: json["market"]?.string.flatMap(CloudRental.Market.init(rawValue:)) ?? .onDemand,
      onDemandUSD: prices("pricePerGPUHourUSD"), spotUSD: prices("spotPricePerGPUHourUSD"),
      interruptionPercentPerMonth: json["interruptionPercentPerMonth"]?.double)
    let power = PowerTariff(
      usdPerKWh: json["powerPriceUSDPerKWh"]?.double, pue: json["pue"]?.double ?? PowerTariff.usualPUE,
      wattsPerGPU: json["wattsPerGPU"]?.double)
    switch json["mode"]?.string.flatMap(PricingModel.Mode.init(rawValue:)) ?? .cloudRental {
    case .cloudRental: self = .cloudRental(rental)
    case .ownedHardware: self = .ownedHardware(power)
    case .purchase:
      self = .purchase(
        Purchase(
          priceUSD: json["purchasePricePerGPUUSD"]?.double, pricesUSD: prices("purchasePriceUSD"),
          amortisationMonths: json["amortisationMonths"]?.int ?? Purchase.usualAmortisationMonths, power: power,
          otherMonthlyPerGPUUSD: json["otherMonthlyPerGPUUSD"]?.double ?? 0, rental: rental))
    }
  }
}
