import DataPlane
import Reconciliation
import Scheduling

/// What several proxies in front of the same pools say, made one: what they have and do now adds up, and so does what they have counted.
///
/// A proxy that ends takes its counts with it, and one that starts begins at 0: the totals only ever grow by what each process has
/// counted since it was asked before. What it had counted when it was asked the first time happened at a time that nobody knows, and
/// is left out.
struct ProxyTotals {
  /// How long the counts of a proxy that does not answer are remembered, so that it may go on where it was.
  private static let memory: Duration = .seconds(600)

  private struct Known {
    var time: ContinuousClock.Instant
    var counts: [Key: TierCounts]
  }
  private struct Key: Hashable {
    var pool: String
    var tier: String
  }

  private var known: [String: Known] = [:]
  private var totals: [Key: TierCounts] = [:]

  /// - Parameter proxies: everyone who answered, each with the policy that it enforces.
  mutating func add(_ proxies: [ProxyFigures], now: ContinuousClock.Instant = .now) -> [FigureHistory.Pool] {
    for proxy in proxies { count(proxy, now) }
    known = known.filter { $0.value.time.duration(to: now) < Self.memory }
    var pools: [FigureHistory.Pool] = []
    for name in Set(proxies.flatMap { $0.pools.map(\.name) }).sorted() {
      let parts = proxies.compactMap { $0.pools.first { $0.name == name } }
      pools.append(merged(name, parts))
    }
    let names = Set(pools.map(\.name))
    totals = totals.filter { names.contains($0.key.pool) }
    return pools
  }

  private mutating func count(_ proxy: ProxyFigures, _ now: ContinuousClock.Instant) {
    let before = known[proxy.instance]
    guard before.map({ !isOlder(proxy, than: $0) }) ?? true else { return }
    var counts: [Key: TierCounts] = [:]
    for pool in proxy.pools {
      for tier in pool.tiers {
        let key = Key(pool: pool.name, tier: tier.counted.name)
        let current = TierCounts(tier.counted)
        counts[key] = current
        // A tier that is new to a known proxy began at 0.
        let growth = before.map { current.since($0.counts[key] ?? TierCounts()) } ?? TierCounts()
        totals[key, default: TierCounts()].add(growth)
      }
    }
    known[proxy.instance] = Known(time: now, counts: counts)
  }

  /// Two answers of one proxy may overtake each other.
  private func isOlder(_ proxy: ProxyFigures, than known: Known) -> Bool {
    proxy.pools.contains { pool in
      pool.tiers.contains { tier in
        guard let before = known.counts[Key(pool: pool.name, tier: tier.counted.name)] else { return false }
        return tier.counted.served < before.served || tier.counted.refused < before.refused || tier.counted.failed < before.failed
      }
    }
  }

  /// Tiers in the order of the proxy that has most of them: while a policy arrives they may differ.
  private func merged(_ name: String, _ parts: [ProxyFigures.Pool]) -> FigureHistory.Pool {
    let order = parts.max { $0.tiers.count < $1.tiers.count }?.tiers.map(\.counted.name) ?? []
    let tiers = order.map { tier in
      let states = parts.flatMap { $0.tiers.filter { $0.counted.name == tier } }
      return TierFigures(
        name: tier, waiting: states.reduce(0) { $0 + $1.waiting }, inUse: states.reduce(0) { $0 + $1.inUse },
        breaker: Self.worst(parts, tier))
    }
    let servers = Set(parts.flatMap { $0.backends.map(\.id) })
    return FigureHistory.Pool(
      name: name, now: PoolFigures(backends: servers.count, tiers: tiers), servers: servers,
      tiers: order.map { ($0, totals[Key(pool: name, tier: $0)] ?? TierCounts()) })
  }

  private static func worst(_ parts: [ProxyFigures.Pool], _ tier: String) -> BreakerState {
    var states: Set<BreakerState> = []
    for part in parts {
      guard let index = part.tiers.firstIndex(where: { $0.counted.name == tier }) else { continue }
      states.formUnion(part.backends.compactMap { $0.breakers.indices.contains(index) ? $0.breakers[index] : nil })
    }
    return states.contains(.open) ? .open : states.contains(.halfOpen) ? .halfOpen : .closed
  }
}
