import Scheduling

/// What the request path knows of one pool: an immutable part of the routing table.
final class PoolRoute: Sendable {
  let name: String
  /// The name that `/v1/models` lists.
  let listedModel: String
  let servedModel: [UInt8]
  /// The served name as a JSON string literal, for requests that use another name.
  let servedModelLiteral: [UInt8]
  let shell: SchedulerShell
  /// Of the tier indices below.
  let generation: Int
  let tiers: [Tier]
  let defaultTier: Int
  /// Indices of pools to try when no backend of this one can serve.
  let fallbacks: [Int]

  init(pool: PoolPolicy, shell: SchedulerShell, generation: Int, series: [(number: Int, layouts: SeriesLayouts)], fallbacks: [Int]) {
    name = pool.name
    listedModel = pool.models.first ?? pool.name
    servedModel = Array(pool.servedModel.utf8)
    servedModelLiteral = JSONText.quoted(pool.servedModel)
    self.shell = shell
    self.generation = generation
    tiers = zip(pool.scheduling.tiers, series).map { tier, series in
      Tier(name: tier.name, bytes: Array(tier.name.utf8), series: series.number, terms: TierTerms(tier, layouts: series.layouts))
    }
    defaultTier = pool.scheduling.tiers.firstIndex { $0.name == pool.scheduling.defaultTier } ?? 0
    self.fallbacks = fallbacks
  }

  struct Tier: Sendable {
    let name: String
    let bytes: [UInt8]
    /// Where this tier's requests of this pool are counted.
    let series: Int
    /// By what they are judged.
    let terms: TierTerms
  }

  /// The index of a tier by its name, without regard to case.
  func tier(named range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
    for index in tiers.indices where bytes.matches(tiers[index].bytes, at: range) { return index }
    return nil
  }

  func tier(named name: String) -> Int? { tiers.firstIndex { $0.name == name } }
}
