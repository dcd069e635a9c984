import Scheduling
import Testing

@testable import Fleet

@Suite("The division of a pool")
struct AllotmentTests {
  static let tiers = ["enterprise", "premium", "free"].map(FleetName.hash)

  /// Demand by member and tier; everyone waits.
  static func picture(
    _ demand: [[Int]], limits: [Int], algorithm: SchedulingPolicy.Algorithm = .workConservingPriority, starved: Set<Int> = [],
    recent: [Double] = [], leaving: Set<Int> = []
  ) -> PoolPicture {
    var policy = SchedulingPolicy.standard
    policy.algorithm = algorithm
    let members = demand.enumerated().map { index, row in
      let demands = row.enumerated().map { tier, count in
        TierDemand(
          tier: tiers[tier], inUse: 0, waiting: count, recentUse: recent.isEmpty ? 1 : recent[index],
          isStarved: starved.contains(tier) && count > 0)
      }
      let backends = limits.enumerated().map { BackendClaim(backend: UInt64($0), limit: $1) }
      return PoolPicture.Member(
        id: UInt64(index + 1), isLeaving: leaving.contains(index), state: PoolState(pool: 7, tiers: demands, backends: backends))
    }
    return PoolPicture(rules: PoolRules(policy), members: members)
  }

  @Test(
    "Slots follow demand, priority and weights",
    arguments: [
      ("equal demand, equal slots", [[0, 9, 0], [0, 9, 0], [0, 9, 0]], 12, [4, 4, 4]),
      ("who asks for less gets it, the others share the rest", [[0, 99, 0], [0, 99, 0], [0, 2, 0]], 12, [5, 5, 2]),
      ("all demand at one", [[0, 50, 0], [0, 0, 0], [0, 0, 0]], 12, [12, 0, 0]),
      ("nobody asks: evenly", [[0, 0, 0], [0, 0, 0], [0, 0, 0]], 12, [4, 4, 4]),
      ("what is left over is spread", [[0, 3, 0], [0, 0, 0], [0, 0, 0]], 12, [6, 3, 3]),
      ("enterprise at one goes before free at the others", [[5, 0, 0], [0, 0, 50], [0, 0, 50]], 12, [5, 4, 3]),
      ("free keeps what its weight earns", [[500, 0, 0], [0, 0, 50], [0, 0, 50]], 80, [70, 5, 5]),
      ("all three tiers wait", [[500, 0, 0], [0, 500, 0], [0, 0, 500]], 100, [70, 20, 10]),
    ] as [(String, [[Int]], Int, [Int])])
  func table(what: String, demand: [[Int]], capacity: Int, expected: [Int]) {
    #expect(Allotment(Self.picture(demand, limits: [capacity]), capacity: capacity).slots == expected, "\(what)")
  }

  @Test("A tier that earns less than a slot gets one once it has starved")
  func starved() {
    let demand = [[500, 0, 0], [0, 0, 50]]
    #expect(Allotment(Self.picture(demand, limits: [4]), capacity: 4).slots == [4, 0])
    #expect(Allotment(Self.picture(demand, limits: [4], starved: [2]), capacity: 4).slots == [3, 1])
    #expect(Allotment(Self.picture(demand, limits: [4], algorithm: .strictPriority, starved: [2]), capacity: 4).slots == [3, 1])
  }

  @Test("Weighted-fair divides by the weights alone")
  func weightedFair() {
    let demand = [[30, 0, 0], [0, 500, 0], [0, 0, 500]]
    #expect(Allotment(Self.picture(demand, limits: [90], algorithm: .weightedFair), capacity: 90).slots == [30, 40, 20])
  }

  @Test("A slot that cannot be divided goes to the member that had fewer lately")
  func indivisible() {
    let demand = [[0, 9, 0], [0, 9, 0], [0, 9, 0]]
    #expect(Allotment(Self.picture(demand, limits: [1], recent: [0.5, 0, 0.5]), capacity: 1).slots == [0, 1, 0])
    #expect(Allotment(Self.picture(demand, limits: [5], recent: [2, 1.5, 1.5]), capacity: 5).slots == [1, 2, 2])
  }

  @Test("A member that leaves gets what it needs, and nothing to spare")
  func leaving() {
    let picture = Self.picture([[0, 1, 0], [0, 1, 0]], limits: [10], leaving: [1])
    #expect(Allotment(picture, capacity: 10).slots == [9, 1])
  }

  @Test("Random demands: every slot is somebody's, nobody who asks for more gets less, and a tier never gets more than it asks for")
  func properties() {
    var random = SplitMix64(seed: 11)
    for round in 0..<500 {
      let members = 1 + Int(random.next() % 8)
      let demand = (0..<members).map { _ in (0..<3).map { _ in Int(random.next() % 30) } }
      let limits = (0..<(1 + Int(random.next() % 6))).map { _ in Int(random.next() % 12) }
      let algorithm = SchedulingPolicy.Algorithm.allCases[Int(random.next() % 3)]
      let picture = Self.picture(demand, limits: limits, algorithm: algorithm, starved: random.next() % 2 == 0 ? [2] : [])
      let capacity = limits.reduce(0, +)
      let totals = (0..<3).map { tier in demand.reduce(0) { $0 + $1[tier] } }
      let amounts = Allotment.tierAmounts(capacity: capacity, demand: totals, starved: [false, false, true], picture.rules)
      #expect(amounts.reduce(0, +) == min(capacity, totals.reduce(0, +)), "round \(round)")
      #expect(zip(amounts, totals).allSatisfy { $0 <= $1 }, "round \(round)")
      let division = PoolDivision(picture)
      #expect(division.slots.reduce(0, +) == capacity, "round \(round)")
      for (backend, limit) in limits.enumerated() where limit > 0 {
        #expect(division.rows[UInt64(backend)]?.parts.reduce(0, +) == limit, "round \(round)")
      }
      for member in demand.indices {
        let parts = division.rows.values.reduce(0) { $0 + $1.parts[member] }
        #expect(parts == division.slots[member], "round \(round)")
      }
    }
  }

  private static func table(
    slots: [Int], limits: [Int], claims: [[Int]], isUsable: [[Bool]]? = nil, order: [Int]? = nil
  ) -> HoldingTable {
    HoldingTable(
      slots: slots, limits: limits, claims: claims, isUsable: isUsable ?? claims.map { $0.map { _ in true } },
      order: order ?? Array(slots.indices))
  }

  @Test("Where nobody holds anything every member gets its part of every backend")
  func even() {
    let nothing = Array(repeating: [0, 0, 0, 0], count: 3)
    #expect(Self.table(slots: [8, 8, 8], limits: [6, 6, 6, 6], claims: nothing).parts == Array(repeating: [2, 2, 2, 2], count: 3))
  }

  @Test("What a member holds it keeps, and nobody gets what another one claims")
  func holding() {
    let table = Self.table(slots: [3, 3], limits: [3, 3], claims: [[3, 2], [0, 0]])
    #expect(table.parts == [[3, 2], [0, 1]])
    #expect(table.missing == [0, 3])
  }

  @Test("A free slot goes to who waits with the highest priority")
  func urgency() {
    #expect(Self.table(slots: [2, 2], limits: [4], claims: [[1], [2]], order: [1, 0]).parts == [[2], [2]])
    #expect(Self.table(slots: [2, 2], limits: [3], claims: [[1], [1]], order: [1, 0]).parts == [[1], [2]])
  }

  @Test("Where more is claimed than there is, those who have more than an even part give way")
  func excess() {
    #expect(Self.table(slots: [2, 2], limits: [4], claims: [[4], [2]]).parts == [[2], [2]])
  }

  @Test("Who cannot use a backend gets more of the others; where nobody can, everyone may try")
  func unusable() {
    let table = Self.table(slots: [4, 4], limits: [4, 4], claims: [[0, 0], [0, 0]], isUsable: [[false, true], [true, true]])
    #expect(table.parts == [[0, 4], [4, 0]])
    let closed = Self.table(slots: [2, 2], limits: [4, 4], claims: [[0, 0], [0, 0]], isUsable: [[true, false], [true, false]])
    #expect(closed.parts == [[2, 2], [2, 2]])
  }

  @Test("Members that see the same picture compute the same, in whatever order they list it")
  func orderDoesNotMatter() {
    let picture = Self.picture([[3, 9, 0], [0, 2, 8], [1, 1, 1]], limits: [3, 5, 2])
    let turned = PoolPicture(rules: picture.rules, members: picture.members.reversed())
    #expect(PoolDivision(picture) == PoolDivision(turned))
  }
}
