import Scheduling

extension PolicyCheck {
  /// Variants of one name.
  static let maximumVariants = 16
  static let maximumWeight = 1_000_000

  static func check(_ routes: [ModelRoute], defaultPool: String?, pools: Set<String>) throws(PolicyError) {
    var names = Set<String>()
    for (index, route) in routes.enumerated() {
      let path = "models[\(index)]"
      guard !route.name.isEmpty else { throw PolicyError(path: "\(path).name", reason: "is empty: write the name that requests use") }
      guard names.insert(route.name).inserted else {
        throw PolicyError(path: "\(path).name", reason: "'\(route.name)' is given twice: write one entry with a split")
      }
      try check(route.variants, "\(path).split", pools)
    }
    if let defaultPool, !pools.contains(defaultPool) {
      throw PolicyError(path: "defaultPool", reason: "'\(defaultPool)' is not a pool: \(offer(pools))")
    }
  }

  private static func check(_ variants: [ModelRoute.Variant], _ path: String, _ pools: Set<String>) throws(PolicyError) {
    guard !variants.isEmpty, variants.count <= maximumVariants else {
      throw PolicyError(path: path, reason: "has \(variants.count) variants: write 1 to \(maximumVariants)")
    }
    for (index, variant) in variants.enumerated() {
      guard pools.contains(variant.pool) else {
        throw PolicyError(path: "\(path)[\(index)].pool", reason: "'\(variant.pool)' is not a pool: \(offer(pools))")
      }
      guard variant.servedModel?.isEmpty != true else {
        throw PolicyError(path: "\(path)[\(index)].servedModel", reason: "is empty: write the name that the model servers know")
      }
      guard (0...maximumWeight).contains(variant.weight) else {
        throw PolicyError(path: "\(path)[\(index)].weight", reason: "is \(variant.weight): write a weight from 0 to \(maximumWeight)")
      }
      let isRepeated = variants[..<index].contains { $0.pool == variant.pool && $0.servedModel == variant.servedModel }
      guard !isRepeated else {
        throw PolicyError(path: "\(path)[\(index)]", reason: "is the same pool and model as another variant: write their weights as one")
      }
    }
    guard variants.contains(where: { $0.weight > 0 }) else {
      throw PolicyError(path: path, reason: "has no weight above 0: nobody would serve this name")
    }
  }

  private static func offer(_ pools: Set<String>) -> String {
    pools.isEmpty ? "the policy has none" : "write one of \(pools.sorted().joined(separator: ", "))"
  }
}
