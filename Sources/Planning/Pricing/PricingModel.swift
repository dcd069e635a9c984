/// How the GPUs of a plan are paid for. All models come down to one figure, what a GPU costs for an hour, so that every plan is
/// sized, compared and limited by a budget in the same way:
///
///     cloudRental     price of the provider's market
///     ownedHardware   W ÷ 1000 × PUE × USD per kWh                     (0 without a tariff: the power is accounted for elsewhere)
///     purchase        capital ÷ (months × 730) + power as above + other costs a month ÷ 730
package enum PricingModel: Sendable, Hashable {
  /// The names of the models, as specifications write them.
  package enum Mode: String, Sendable, Hashable, CaseIterable {
    case cloudRental, ownedHardware, purchase
  }

  case cloudRental(CloudRental)
  case ownedHardware(PowerTariff)
  case purchase(Purchase)

  /// On demand, at the catalogue's list prices: what plans cost when nobody says anything about it.
  package static let listPrices = PricingModel.cloudRental(CloudRental())

  package var mode: Mode {
    switch self {
    case .cloudRental: .cloudRental
    case .ownedHardware: .ownedHardware
    case .purchase: .purchase
    }
  }
}
