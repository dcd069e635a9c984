import Scheduling

/// How many slots of a pool each member gets, from the demand of all: the scheduler's own rules, applied to the fleet as if it were one
/// scheduler.
///
/// 1. Every tier that has demand anywhere gets what its weight earns of the pool, as far as it has demand (whole slots; a tier that earns
///    less than one gets one once it has starved).
/// 2. The rest goes by priority (by weight, when the policy says weighted-fair).
/// 3. Inside a tier the members share evenly: nobody gets more than it asks for, and nobody less than another one who asks for more (max-min
///    fairness). A slot that cannot be divided goes to the member that had fewer lately; one that has it keeps it for
///    some service times, so that it does not change hands more often than requests do.
/// 4. What nobody asks for is spread evenly, so that a burst anywhere starts at once.
struct Allotment: Sendable, Equatable {
  /// By member, in the picture's order.
  var slots: [Int]
  /// Slots that nobody asked for, included in `slots`.
  var spare: Int

  init(_ picture: PoolPicture, capacity: Int) {
    let tiers = picture.rules.tiers
    let demands = picture.members.map { Self.demands($0, tiers) }
    let totals = tiers.indices.map { tier in demands.reduce(0) { $0 + $1[tier].demand } }
    let starved = tiers.indices.map { tier in demands.contains { $0[tier].isStarved } }
    let amounts = Self.tierAmounts(capacity: capacity, demand: totals, starved: starved, picture.rules)

    slots = Array(repeating: 0, count: picture.members.count)
    for tier in tiers.indices where amounts[tier] > 0 {
      let rows = picture.members.indices.map { member in
        Claimant(
          demand: demands[member][tier].demand, inUse: demands[member][tier].inUse, recentUse: demands[member][tier].recentUse)
      }
      for (member, amount) in Self.share(amounts[tier], rows).enumerated() { slots[member] += amount }
    }
    spare = max(0, capacity - slots.reduce(0, +))
    let takers = picture.members.indices.filter { !picture.members[$0].isLeaving }
    for (rank, member) in takers.enumerated() {
      slots[member] += spare / takers.count + (rank < spare % takers.count ? 1 : 0)
    }
  }

  /// A member in the division of one tier's slots.
  struct Claimant {
    var demand: Int
    var inUse: Int
    /// In slots.
    var recentUse: Double
  }

  /// Demand by tier; tiers that the policy does not have count as its lowest.
  private static func demands(_ member: PoolPicture.Member, _ tiers: [PoolRules.Tier]) -> [TierDemand] {
    var demands = tiers.map { TierDemand(tier: $0.name, inUse: 0, waiting: 0) }
    let lowest = tiers.indices.min { tiers[$0].priority < tiers[$1].priority } ?? 0
    for demand in member.state.tiers {
      let tier = tiers.firstIndex { $0.name == demand.tier } ?? lowest
      guard demands.indices.contains(tier) else { continue }
      demands[tier].inUse += demand.inUse
      demands[tier].waiting += demand.waiting
      demands[tier].recentUse += demand.recentUse
      demands[tier].isStarved = demands[tier].isStarved || demand.isStarved
    }
    return demands
  }

  // MARK: Between tiers

  static func tierAmounts(capacity: Int, demand: [Int], starved: [Bool], _ rules: PoolRules) -> [Int] {
    let weight = demand.indices.reduce(0) { $0 + (demand[$1] > 0 ? rules.tiers[$1].weight : 0) }
    guard weight > 0 else { return demand.map { _ in 0 } }
    var amounts = demand.map { _ in 0 }
    if rules.algorithm != .strictPriority {
      for tier in demand.indices { amounts[tier] = min(demand[tier], capacity * rules.tiers[tier].weight / weight) }
    }
    var rest = capacity - amounts.reduce(0, +)
    for tier in rules.order where starved[tier] && amounts[tier] == 0 && rest > 0 {
      amounts[tier] = 1
      rest -= 1
    }
    if rules.algorithm == .weightedFair { fillByWeight(&rest, &amounts, demand, rules) }
    for tier in rules.order {
      let more = min(rest, demand[tier] - amounts[tier])
      amounts[tier] += more
      rest -= more
    }
    return amounts
  }

  /// What one tier leaves over the others get by their weights, until less than a slot for each is left.
  private static func fillByWeight(_ rest: inout Int, _ amounts: inout [Int], _ demand: [Int], _ rules: PoolRules) {
    while rest > 0 {
      let hungry = demand.indices.filter { amounts[$0] < demand[$0] }
      let weight = hungry.reduce(0) { $0 + rules.tiers[$1].weight }
      guard weight > 0 else { return }
      var given = 0
      for tier in hungry {
        let more = min(rest * rules.tiers[tier].weight / weight, demand[tier] - amounts[tier])
        amounts[tier] += more
        given += more
      }
      guard given > 0 else { return }
      rest -= given
    }
  }

  // MARK: Between members

  /// Whoever has a slot that cannot be divided keeps it until it had this many slots more than another one lately.
  private static let holding = 0.125

  /// Max-min fair whole numbers: everyone up to a level, and one more for some of those who want more.
  static func share(_ amount: Int, _ claimants: [Claimant]) -> [Int] {
    func needed(_ level: Int) -> Int { claimants.reduce(0) { $0 + min($1.demand, level) } }
    var (low, high) = (0, amount)
    while low < high {
      let middle = (low + high + 1) / 2
      if needed(middle) <= amount { low = middle } else { high = middle - 1 }
    }
    let level = low
    var amounts = claimants.map { min($0.demand, level) }
    let left = amount - amounts.reduce(0, +)
    guard left > 0 else { return amounts }
    let hungry = claimants.indices.filter { claimants[$0].demand > level }
    let ranks = claimants.map { $0.recentUse - ($0.inUse > level ? holding : 0) }
    for member in hungry.sorted(by: { ranks[$0] != ranks[$1] ? ranks[$0] < ranks[$1] : $0 < $1 }).prefix(left) { amounts[member] += 1 }
    return amounts
  }
}
