/// GPUs by the hour.
package struct CloudRental: Sendable, Hashable {
  /// How a provider sells an hour.
  package enum Market: String, Sendable, Hashable, CaseIterable {
    case onDemand
    /// Cheaper, and may be withdrawn at any time. Never chosen unless it is asked for.
    case spot
  }

  /// The provider of the lowest price, GPU by GPU, in place of a provider's name.
  package static let cheapest = "cheapest"

  /// `aws`, `gcp`, `azure`, or one whose prices are given here; `nil` for the catalogue's list prices; ``cheapest``.
  package var provider: String?
  package var market: Market
  /// Rent of one GPU for an hour on demand in USD, by accelerator; these win over the catalogue's.
  package var onDemandUSD: [String: Double]
  /// The same on the spot market.
  package var spotUSD: [String: Double]
  /// The part of spot machines that the provider takes back in a month, in per cent, as the AWS Spot Instance Advisor states it.
  package var interruptionPercentPerMonth: Double?

  package init(
    provider: String? = nil, market: Market = .onDemand, onDemandUSD: [String: Double] = [:], spotUSD: [String: Double] = [:],
    interruptionPercentPerMonth: Double? = nil
  ) {
    self.provider = provider
    self.market = market
    self.onDemandUSD = onDemandUSD
    self.spotUSD = spotUSD
    self.interruptionPercentPerMonth = interruptionPercentPerMonth
  }
}

/// What one provider asks for an hour of one GPU, in USD; `nil` where it is not known or not sold.
package struct ProviderPrice: Sendable, Hashable {
  package var onDemandUSD: Double?
  package var spotUSD: Double?

  package init(onDemandUSD: Double? = nil, spotUSD: Double? = nil) {
    self.onDemandUSD = onDemandUSD
    self.spotUSD = spotUSD
  }

  subscript(market: CloudRental.Market) -> Double? { market == .spot ? spotUSD : onDemandUSD }
}
