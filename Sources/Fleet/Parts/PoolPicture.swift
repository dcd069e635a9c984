/// Everything that the division of one pool's slots depends on: the last announcements of all members. Every proxy that has received the
/// same announcements has the same picture, and therefore computes the same parts.
struct PoolPicture: Sendable {
  struct Member: Sendable {
    var id: UInt64
    /// Takes no new requests: gets what it needs, and nothing to spare.
    var isLeaving = false
    var state: PoolState
  }

  var rules: PoolRules
  /// In the order of their identifiers.
  var members: [Member]
  /// Names of the backends, in any order that all share.
  var backends: [UInt64]

  init(rules: PoolRules, members: [Member]) {
    self.rules = rules
    self.members = members.sorted { $0.id < $1.id }
    var names = Set<UInt64>()
    for member in members { names.formUnion(member.state.backends.map(\.backend)) }
    backends = names.sorted()
  }

  /// The priority of the highest tier that waits; `nil` when none does.
  func highestWaiting(_ state: PoolState) -> Int? { priorities(state) { $0.waiting > 0 }.max() }

  /// The priority of the lowest tier that has slots in use; `nil` when none has.
  func lowestRunning(_ state: PoolState) -> Int? { priorities(state) { $0.inUse > 0 }.min() }

  private func priorities(_ state: PoolState, _ isMeant: (TierDemand) -> Bool) -> [Int] {
    let lowest = rules.tiers.map(\.priority).min() ?? 0
    return state.tiers.filter(isMeant).map { demand in rules.tiers.first { $0.name == demand.tier }?.priority ?? lowest }
  }

  /// How many requests the fleet may have at a backend: one voice for each backend, because estimators that act on each other's
  /// probes would confuse each other.
  ///
  /// The voice is the member with the highest random weight (rendezvous hashing, Thaler and Ravishankar 1998) among those to whom the
  /// server reports; where it reports to none, among those who use it and so can measure its latency; otherwise among all who know it.
  func voice(of backend: UInt64) -> (member: Int, limit: Int)? {
    var best: (member: Int, rank: Int, weight: UInt64, limit: Int)?
    for (index, member) in members.enumerated() {
      guard let claim = member.state.claim(on: backend) else { continue }
      let rank = claim.isReported ? 2 : claim.inUse > 0 ? 1 : 0
      let weight = Self.weight(member.id, backend)
      if let best, (best.rank, best.weight) >= (rank, weight) { continue }
      best = (index, rank, weight, claim.limit)
    }
    return best.map { ($0.member, $0.limit) }
  }

  private static func weight(_ member: UInt64, _ backend: UInt64) -> UInt64 {
    var mixed = member ^ (backend &* 0x9e37_79b9_7f4a_7c15)
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
