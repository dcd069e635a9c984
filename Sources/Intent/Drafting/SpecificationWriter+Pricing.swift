import JSON
import Planning

extension SpecificationWriter {
  /// `nil` for list prices on demand.
  static func pricing(_ pricing: PricingModel) -> JSONValue? {
    guard pricing != .listPrices else { return nil }
    var json: JSONValue = ["mode": .string(pricing.mode.rawValue)]
    switch pricing {
    case .cloudRental(let rental): write(rental, to: &json)
    case .ownedHardware(let power): write(power, to: &json)
    case .purchase(let purchase):
      write(purchase.rental, to: &json)
      write(purchase.power, to: &json)
      json["purchasePriceUSD"] = prices(purchase.pricesUSD)
      write(
        [
          ("purchasePricePerGPUUSD", purchase.priceUSD), ("amortisationMonths", Double(purchase.amortisationMonths)),
          ("otherMonthlyPerGPUUSD", purchase.otherMonthlyPerGPUUSD == 0 ? nil : purchase.otherMonthlyPerGPUUSD),
        ], to: &json)
    }
    return json
  }

  private static func write(_ rental: CloudRental, to json: inout JSONValue) {
    json["provider"] = rental.provider.map { .string($0) }
    if rental.market != .onDemand { json["market"] = .string(rental.market.rawValue) }
    json["pricePerGPUHourUSD"] = prices(rental.onDemandUSD)
    json["spotPricePerGPUHourUSD"] = prices(rental.spotUSD)
    write([("interruptionPercentPerMonth", rental.interruptionPercentPerMonth)], to: &json)
  }

  private static func write(_ power: PowerTariff, to json: inout JSONValue) {
    write(
      [
        ("powerPriceUSDPerKWh", power.usdPerKWh), ("pue", power.pue == PowerTariff.usualPUE ? nil : power.pue),
        ("wattsPerGPU", power.wattsPerGPU),
      ], to: &json)
  }

  private static func write(_ members: [(String, Double?)], to json: inout JSONValue) {
    for member in object(members)?.object ?? [:] { json[member.key] = member.value }
  }

  private static func prices(_ table: [String: Double]) -> JSONValue? {
    object(table.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  /// `nil` when everything is as usual.
  static func planning(_ request: PlanRequest) -> JSONValue? {
    var json: JSONValue = [:]
    json["minimumConfidence"] = request.minimumConfidence.map { .string($0.rawValue) }
    if !request.models.excluded.isEmpty { json["excludedModels"] = JSONValue(request.models.excluded) }
    json["minimumContextTokens"] = request.models.minimumContextTokens.map { JSONValue($0) }
    if request.weights != ScoreWeights() {
      let weights = request.weights
      json["weights"] = object([
        ("quality", weights.quality), ("cost", weights.cost), ("latency", weights.latency), ("simplicity", weights.simplicity),
      ])
    }
    if json == [:] { return nil }
    return json
  }
}
