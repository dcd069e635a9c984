/// The models to choose among, prepared once.
package struct ModelCatalog: Sendable {
  package static let maximumModels = 1000
  /// Distinct capabilities of all models: the bits of a word.
  package static let maximumCapabilities = 64

  package let models: [ModelFacts]
  /// Every backend with its model's index, in the models' order: live facts come in this order.
  package let backends: [(model: Int, backend: ModelBackend)]
  let prepared: [PreparedModel]
  private let bits: [String: UInt64]
  private let indices: [String: Int]
  /// By bit.
  private let capabilityNames: [String]
  /// The median of the prices: what costs are compared with.
  let usualPrice: TokenPrice

  /// - Precondition: names are distinct and capabilities at most ``maximumCapabilities``; reading a file checks it. Of two models with
  ///   one name the first is found; capabilities beyond the limit are not seen.
  package init(_ models: [ModelFacts]) {
    self.models = models
    var bits: [String: UInt64] = [:]
    var names: [String] = []
    var backends: [(model: Int, backend: ModelBackend)] = []
    var prepared: [PreparedModel] = []
    for (index, model) in models.enumerated() {
      var mask: UInt64 = 0
      for capability in model.capabilities {
        if bits[capability] == nil, names.count < Self.maximumCapabilities {
          bits[capability] = 1 << UInt64(names.count)
          names.append(capability)
        }
        mask |= bits[capability] ?? 0
      }
      let start = backends.count
      backends += model.backends.map { (index, $0) }
      prepared.append(PreparedModel(model, capabilities: mask, backends: start..<backends.count))
    }
    (self.bits, capabilityNames, self.backends, self.prepared) = (bits, names, backends, prepared)
    indices = Dictionary(models.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    usualPrice = TokenPrice(
      input: Self.median(models.map(\.price.input)), output: Self.median(models.map(\.price.output)))
  }

  package func index(of name: String) -> Int? { indices[name] }

  /// The bits of these capabilities; `nil` when no model has one of them.
  func mask(_ capabilities: [String]) -> UInt64? {
    var mask: UInt64 = 0
    for capability in capabilities {
      guard let bit = bits[capability] else { return nil }
      mask |= bit
    }
    return mask
  }

  /// Those of `capabilities` that a model lacks.
  func missing(_ capabilities: [String], of model: Int) -> [String] {
    capabilities.filter { (bits[$0] ?? 0) & prepared[model].capabilities == 0 }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[max(0, middle - 1)] + (middle < sorted.count ? sorted[middle] : last)) / 2
  }
}
