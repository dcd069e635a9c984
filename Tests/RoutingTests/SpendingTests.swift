import PolicyFormat
import Routing
import Scheduling
import Testing

@Suite("Budgets")
struct SpendingTests {
  let now: Int64 = 1_700_000_000

  static func id(_ answer: SpendingLedger.Answer) -> SpendingLedger.Reservation? {
    if case .reserved(let reservation) = answer { reservation } else { nil }
  }

  @Test("An estimate is held in every account of the payer, or in none")
  func allOrNothing() throws {
    var ledger = SpendingLedger([
      SpendingBudget(.tenant, "acme", limit: USD(10), period: .day), SpendingBudget(.team, "*", limit: USD(1), period: .day),
    ])
    let payer = Payer(tenant: "acme", team: "red")
    let first = ledger.reserve(USD(0.75), for: payer, now: now)
    #expect(Self.id(first) != nil)
    guard case .refused(let balance) = ledger.reserve(USD(0.5), for: payer, now: now) else { throw Failed() }
    #expect(balance.name == "red" && balance.held == USD(0.75) && balance.budget.limit == USD(1))
    #expect(ledger.balances(of: payer, now: now).map(\.held) == [USD(0.75), USD(0.75)])
    // Another team has a budget of its own, and shares the tenant's.
    #expect(Self.id(ledger.reserve(USD(1), for: Payer(tenant: "acme", team: "blue"), now: now)) != nil)
    #expect(Self.id(ledger.reserve(USD(100), for: Payer(tenant: "other"), now: now)) == nil, "the team without a name has a budget too")
  }

  struct Failed: Error {}

  @Test("What it did cost is charged, what is left is given back, and the threshold is told once a period")
  func settles() throws {
    var ledger = SpendingLedger([SpendingBudget(.key, "k", limit: USD(1), period: .day, warnAt: 0.5)])
    let payer = Payer(key: "k")
    let first = try #require(Self.id(ledger.reserve(USD(0.9), for: payer, now: now)))
    #expect(ledger.settle(first, actual: USD(0.4), now: now).isEmpty)
    #expect(ledger.settle(first, actual: USD(0.4), now: now).isEmpty, "a reservation is settled once")
    #expect(ledger.balances(of: payer, now: now)[0].spent == USD(0.4))
    let second = try #require(Self.id(ledger.reserve(USD(0.6), for: payer, now: now)))
    #expect(ledger.settle(second, actual: USD(0.2), now: now).map(\.name) == ["k"])
    #expect(ledger.charge(USD(0.1), to: payer, now: now).isEmpty)
    #expect(Self.id(ledger.reserve(USD(0.4), for: payer, now: now)) == nil)
    let tomorrow = now + 86_400
    #expect(ledger.balances(of: payer, now: tomorrow)[0].spent == .zero)
    #expect(ledger.charge(USD(0.5), to: payer, now: tomorrow).count == 1)
  }

  @Test("A reservation that nobody settles is given back after its time")
  func dropped() throws {
    var ledger = SpendingLedger([SpendingBudget(.key, "*", limit: USD(1), period: .month)])
    let payer = Payer(key: "k")
    let lost = try #require(Self.id(ledger.reserve(USD(1), for: payer, now: now, lifetime: 60)))
    #expect(Self.id(ledger.reserve(USD(0.1), for: payer, now: now + 59)) == nil)
    #expect(Self.id(ledger.reserve(USD(0.1), for: payer, now: now + 60)) != nil)
    #expect(ledger.openReservations == 1)
    #expect(ledger.settle(lost, actual: USD(1), now: now + 61).isEmpty)
  }

  @Test(
    "Periods begin in UTC: the hour, the day, the first of the month",
    arguments: [
      (BudgetPeriod.hour, 1_700_000_000, 1_699_999_200), (.day, 1_700_000_000, 1_699_920_000), (.month, 1_700_000_000, 1_698_796_800),
      (.month, 1_709_164_800, 1_706_745_600), (.month, 1_709_251_199, 1_706_745_600), (.month, 1_709_251_200, 1_709_251_200),
      (.month, 0, 0),
      (.month, -1, -2_678_400), (.day, -1, -86_400), (.month, 951_868_799, 949_363_200),
    ] as [(BudgetPeriod, Int64, Int64)])
  func periods(period: BudgetPeriod, now: Int64, start: Int64) { #expect(period.start(now) == start) }

  @Test("A clock that goes back forgives nothing")
  func clockGoesBack() {
    var ledger = SpendingLedger([SpendingBudget(.key, "*", limit: USD(1), period: .hour)])
    _ = ledger.charge(USD(1), to: Payer(key: "k"), now: now)
    #expect(Self.id(ledger.reserve(USD(0.1), for: Payer(key: "k"), now: now - 7200)) == nil)
  }

  @Test("Spent and held never pass a limit, and in the end nothing is held", arguments: 0..<40)
  func neverOver(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var ledger = SpendingLedger([
      SpendingBudget(.tenant, "*", limit: USD(5), period: .hour), SpendingBudget(.team, "t1", limit: USD(2), period: .day),
      SpendingBudget(.key, "*", limit: USD(1), period: .month),
    ])
    var open: [(SpendingLedger.Reservation, USD)] = []
    var time = now
    let payers = (0..<6).map { Payer(tenant: "a\($0 % 2)", team: "t\($0 % 3)", key: "k\($0)") }
    for _ in 0..<1500 {
      time += Int64(random.next() % 60)
      let payer = payers[Int(random.next() % 6)]
      let amount = USD(random.unit() * 0.3)
      switch random.next() % 5 {
      case 0, 1: if let id = Self.id(ledger.reserve(amount, for: payer, now: time, lifetime: 600)) { open.append((id, amount)) }
      case 2, 3:
        guard !open.isEmpty else { continue }
        let (id, held) = open.remove(at: Int(random.next() % UInt64(open.count)))
        _ = ledger.settle(id, actual: USD(held.dollars * random.unit()), now: time)
      default: if !open.isEmpty { ledger.release(open.remove(at: Int(random.next() % UInt64(open.count))).0, now: time) }
      }
      // Some are dropped without a word.
      if open.count > 20 { open.removeFirst(10) }
      for payer in payers {
        for balance in ledger.balances(of: payer, now: time) {
          #expect(balance.spent + balance.held <= balance.budget.limit, "seed \(seed): \(balance)")
        }
      }
    }
    ledger.expire(time + 601)
    #expect(ledger.openReservations == 0 && payers.allSatisfy { ledger.balances(of: $0, now: time).allSatisfy { $0.held == .zero } })
  }

  @Test("Money is exact to the billionth, rounds up and never wraps around")
  func money() {
    #expect(USD(0.1) + USD(0.2) == USD(0.3) && USD(1e-10).billionths == 1 && USD(-1) == .zero && USD(.nan) == .zero)
    #expect(USD(.infinity) + USD(.infinity) == USD(billionths: .max) && USD(1) - USD(2) == .zero)
  }
}
