import Scheduling

/// Where a model's name leads: to one variant, or by weight to one of several.
final class ModelTarget: Sendable {
  /// A pool to try, and what its servers call the model.
  final class Hop: Sendable {
    let pool: PoolRoute
    let servedModel: [UInt8]
    /// The same as a JSON string literal.
    let servedLiteral: [UInt8]
    /// `pool`, or `pool/served model` where it is not the pool's own; fit for a header.
    let label: [UInt8]

    init(_ pool: PoolRoute, servedModel: String?) {
      self.pool = pool
      let served = servedModel ?? pool.servedModel
      self.servedModel = Array(served.utf8)
      servedLiteral = JSONText.quoted(served)
      label = ModelTarget.label(pool.name, servedModel).utf8.map { ByteClass.isFieldValue($0) ? $0 : UInt8(ascii: "?") }
    }
  }

  final class Variant: Sendable {
    /// In the order in which they are tried.
    let hops: [Hop]
    /// Where its requests are counted.
    let counter: Int
    /// The weights of the variants up to this one, added up.
    let upTo: UInt64

    init(hops: [Hop], counter: Int, upTo: UInt64) {
      self.hops = hops
      self.counter = counter
      self.upTo = upTo
    }
  }

  /// Those that get requests; never empty.
  let variants: [Variant]
  let sticky: ModelRoute.Stickiness
  /// Its variants are counted: it is a route of the policy, not only a pool's name.
  let isCounted: Bool
  private let salt: UInt64

  init(name: String, variants: [Variant], sticky: ModelRoute.Stickiness = .request, isCounted: Bool) {
    self.variants = variants
    self.sticky = sticky
    self.isCounted = isCounted
    salt = RoutingTable.hash(name.utf8)
  }

  static func label(_ pool: String, _ servedModel: String?) -> String { servedModel.map { "\(pool)/\($0)" } ?? pool }

  var isSplit: Bool { variants.count > 1 }

  /// The variant of a key: the same one on every proxy, for as long as the weights stay. As one weight rises, the others only lose
  /// keys to it, and none moves between them when it is the last.
  func variant(for key: UInt64) -> Variant {
    let point = PrefixAffinity.mixed(key ^ salt).multipliedFullWidth(by: variants[variants.count - 1].upTo).high
    for variant in variants where point < variant.upTo { return variant }
    return variants[0]
  }
}
