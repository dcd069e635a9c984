/// A kind of GPU: what it costs and how nodes advertise it.
package struct Accelerator: Sendable, Hashable {
  /// `H100`, `A100-80`, …: the name benchmarks and plans use.
  package var name: String
  /// Other spellings, and the values of the node label `nvidia.com/gpu.product` which mean this GPU.
  package var aliases: [String]
  /// The value a node selector has to ask for.
  package var nodeLabel: String
  package var memoryGB: Int
  /// One GPU for an hour, in USD; `nil` when no price is known.
  package var pricePerHourUSD: Double?
  package var source: String
  /// The day the price is of, as `2026-04-01`; `nil` when it is not known.
  package var pricedOn: String?
  /// Only benchmarks name it: nothing else is known of it.
  package var isUnlisted: Bool { source == Self.unlistedSource }

  static let unlistedSource = "not in the catalogue"
  /// What providers ask for it, by their names in small letters.
  package var providerPrices: [String: ProviderPrice]
  /// The most that one GPU draws, in watts; without the rest of its server. `nil` when the vendor does not say.
  package var powerWatts: Double?

  package init(
    name: String, aliases: [String] = [], nodeLabel: String, memoryGB: Int, pricePerHourUSD: Double?, source: String,
    pricedOn: String? = nil, providerPrices: [String: ProviderPrice] = [:], powerWatts: Double? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.nodeLabel = nodeLabel
    self.memoryGB = memoryGB
    self.pricePerHourUSD = pricePerHourUSD
    self.source = source
    self.pricedOn = pricedOn
    self.providerPrices = providerPrices
    self.powerWatts = powerWatts
  }
}
