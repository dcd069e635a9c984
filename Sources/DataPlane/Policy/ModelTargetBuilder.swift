import Scheduling

/// Resolves the names of a checked policy: every pool's own, and those of its routes, which win.
struct ModelTargetBuilder {
  private let policy: TrafficPolicy
  private let byName: [String: PoolRoute]
  private let registry: VariantRegistry

  init(policy: TrafficPolicy, pools: [PoolRoute], registry: VariantRegistry) {
    self.policy = policy
    self.registry = registry
    byName = Dictionary(uniqueKeysWithValues: pools.map { ($0.name, $0) })
  }

  func targets() -> [String: ModelTarget] {
    var targets: [String: ModelTarget] = [:]
    for pool in policy.pools {
      let own = Self.alone(pool.name, hops(from: [pool.name]))
      for model in pool.models { targets[model] = own }
    }
    for route in policy.models { targets[route.name] = target(of: route) }
    return targets
  }

  var defaultTarget: ModelTarget? { policy.defaultPool.map { Self.alone($0, hops(from: [$0])) } }

  /// By pool: the pool and its fallbacks.
  var poolTargets: [String: ModelTarget] {
    Dictionary(uniqueKeysWithValues: policy.pools.map { ($0.name, Self.alone($0.name, hops(from: [$0.name]))) })
  }

  /// Each once, the pools' in their order first.
  var listedModels: [String] {
    let own = policy.pools.map { $0.models.first ?? $0.name }
    return own + policy.models.map(\.name).filter { !own.contains($0) }
  }

  private static func alone(_ name: String, _ hops: [ModelTarget.Hop]) -> ModelTarget {
    ModelTarget(
      name: name, variants: [ModelTarget.Variant(hops: hops, counter: 0, upTo: 1)], isCounted: false)
  }

  private func target(of route: ModelRoute) -> ModelTarget {
    let live = route.variants.filter { $0.weight > 0 }
    var sum: UInt64 = 0
    let variants = live.enumerated().map { index, variant in
      sum += UInt64(variant.weight)
      let label = ModelTarget.label(variant.pool, variant.servedModel)
      let others = live.indices.filter { $0 != index }.map { live[$0] }
      return ModelTarget.Variant(
        hops: hops(from: [variant] + others), counter: registry.number(model: route.name, variant: label), upTo: sum)
    }
    return ModelTarget(name: route.name, variants: variants, sticky: route.sticky, isCounted: true)
  }

  // MARK: What is tried, in which order

  private func hops(from pools: [String]) -> [ModelTarget.Hop] { hops(from: pools.map { ModelRoute.Variant(pool: $0) }) }

  /// The variants, then the fallbacks of their pools; no pool is tried twice under one name.
  private func hops(from variants: [ModelRoute.Variant]) -> [ModelTarget.Hop] {
    var wanted = variants
    for variant in variants {
      for fallback in policy.pools.first(where: { $0.name == variant.pool })?.fallbacks ?? []
      where !wanted.contains(where: { $0.pool == fallback }) {
        wanted.append(ModelRoute.Variant(pool: fallback))
      }
    }
    return wanted.compactMap { variant in byName[variant.pool].map { ModelTarget.Hop($0, servedModel: variant.servedModel) } }
  }
}
