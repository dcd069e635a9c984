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

  package init(name: String, aliases: [String] = [], nodeLabel: String, memoryGB: Int, pricePerHourUSD: Double?, source: String) {
    self.name = name
    self.aliases = aliases
    self.nodeLabel = nodeLabel
    self.memoryGB = memoryGB
    self.pricePerHourUSD = pricePerHourUSD
    self.source = source
  }
}
