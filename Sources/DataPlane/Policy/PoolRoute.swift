import Scheduling

/// What the request path knows of one pool: an immutable part of the routing table.
final class PoolRoute: Sendable {
  let name: String
  /// The name that the model servers know, where a request's name does not say another.
  let servedModel: String
  let shell: SchedulerShell
  /// Of the tier indices below.
  let generation: Int
  let tiers: [Tier]
  let defaultTier: Int
  /// Requests say their tier's rank in their body.
  let forwardsPriority: Bool
  /// Prompts are told apart by how they begin.
  let usesPrefixes: Bool

  init(pool: PoolPolicy, shell: SchedulerShell, generation: Int, series: [(number: Int, layouts: SeriesLayouts)]) {
    name = pool.name
    servedModel = pool.servedModel
    self.shell = shell
    self.generation = generation
    let ranks = Set(pool.scheduling.tiers.map(\.priority)).sorted(by: >)
    tiers = zip(pool.scheduling.tiers, series).map { tier, series in Tier(pool: pool.name, tier, series, ranks: ranks) }
    defaultTier = pool.scheduling.tiers.firstIndex { $0.name == pool.scheduling.defaultTier } ?? 0
    forwardsPriority = pool.forwardsPriority
    usesPrefixes = pool.scheduling.placement == .prefixAffinity
  }

  /// An object, so that handing it about copies nothing.
  final class Tier: Sendable {
    let name: String
    let bytes: [UInt8]
    let priority: Int
    /// Where this tier's requests of this pool are counted.
    let series: Int
    /// By what they are judged.
    let terms: TierTerms
    /// 0 for the highest priority, in decimal digits.
    let rank: [UInt8]
    /// The member that says so, with a comma behind it.
    let rankMember: [UInt8]
    /// Tier and pool in a line of the access log.
    let logFields: [UInt8]

    init(pool: String, _ policy: TierPolicy, _ series: (number: Int, layouts: SeriesLayouts), ranks: [Int]) {
      let rank = "\(ranks.firstIndex(of: policy.priority) ?? 0)"
      let parts = [(",\"tier\":", policy.name), (",\"pool\":", pool)]
      name = policy.name
      bytes = Array(policy.name.utf8)
      priority = policy.priority
      self.series = series.number
      terms = TierTerms(policy, layouts: series.layouts)
      self.rank = Array(rank.utf8)
      rankMember = Array("\"priority\":\(rank),".utf8)
      logFields = parts.flatMap { Array($0.utf8) + JSONText.quoted($1) }
    }
  }

  /// The index of a tier by its name, without regard to case.
  func tier(named range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
    for index in tiers.indices where bytes.matches(tiers[index].bytes, at: range) { return index }
    return nil
  }

  func tier(named name: String) -> Int? { tiers.firstIndex { $0.name == name } }

  /// The tier of the highest priority among those named.
  func highestTier(of names: [String]) -> Int? {
    var highest: Int?
    for name in names {
      guard let tier = tier(named: name) else { continue }
      if let other = highest, tiers[other].priority >= tiers[tier].priority { continue }
      highest = tier
    }
    return highest
  }
}
