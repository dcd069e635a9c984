/// What may be spent, by whom, in which period.
package struct SpendingBudget: Sendable, Equatable {
  package var rule: AccountRule
  package var limit: USD
  package var period: BudgetPeriod
  /// The share of the limit at which somebody is told, 0–1.
  package var warnAt: Double

  package init(_ scope: AccountScope, _ name: String, limit: USD, period: BudgetPeriod, warnAt: Double = 0.8) {
    rule = AccountRule(scope: scope, name: name)
    self.limit = limit
    self.period = period
    self.warnAt = warnAt
  }
}

/// The accounts of all budgets: what an answer may cost is held before it is asked for, what it did cost is charged after.
///
///     reserve(estimate) ─▶ held ─┬─ settle(actual) ─▶ spent
///                                ├─ release ────────▶ given back
///                                └─ its time is over ▶ given back
///
/// Spent and held together never pass a limit, however many ask at once, because all of it is one value that somebody owns. What costs more
/// than was held for it is charged in full all the same: hold the dearest that an answer can be (`maxTokens`).
package struct SpendingLedger: Sendable {
  package struct Reservation: Sendable, Hashable { let id: UInt64 }

  /// An account's state.
  package struct Balance: Sendable, Equatable {
    package var budget: SpendingBudget
    /// The tenant, team or key.
    package var name: String
    package var spent: USD
    package var held: USD
  }

  package enum Answer: Sendable, Equatable {
    case reserved(Reservation)
    /// The account that has not enough left; nothing was held anywhere.
    case refused(Balance)
    /// More is under way, or more names were seen, than is kept count of.
    case full
  }

  struct Account: Sendable {
    var start: Int64
    var spent = USD.zero
    var held = USD.zero
    var isWarned = false
  }

  private struct Hold: Sendable {
    var accounts: [AccountKey]
    var amount: USD
    var expires: Int64
  }

  /// Reservations that are open at once, and accounts of budgets for each name: bounds of memory.
  package static let (maximumHolds, maximumAccounts) = (100_000, 100_000)

  package let budgets: [SpendingBudget]
  private var accounts: [AccountKey: Account] = [:]
  private var holds: [UInt64: Hold] = [:]
  private var nextID: UInt64 = 0
  private var soonest = Int64.max

  package init(_ budgets: [SpendingBudget]) { self.budgets = budgets }

  package var openReservations: Int { holds.count }

  /// Holds an estimate in every account that the payer has.
  ///
  /// - Parameters:
  ///   - now: Seconds since 1970.
  ///   - lifetime: Seconds after which a reservation that nobody settled is given back.
  package mutating func reserve(_ estimate: USD, for payer: Payer, now: Int64, lifetime: Int64 = 3600) -> Answer {
    expire(now)
    guard holds.count < Self.maximumHolds else { return .full }
    let keys = budgets.indices.filter { budgets[$0].rule.covers(payer) }
      .map { AccountKey(rule: $0, name: payer.name(budgets[$0].rule.scope)) }
    for key in keys {
      let account = current(key, now)
      if account.spent + account.held + estimate > budgets[key.rule].limit { return .refused(balance(key, account)) }
    }
    guard accounts.count + keys.count <= Self.maximumAccounts || prune(now, room: keys.count) else { return .full }
    for key in keys {
      var account = current(key, now)
      account.held = account.held + estimate
      accounts[key] = account
    }
    nextID &+= 1
    let expires = now.addingReportingOverflow(max(1, lifetime)).partialValue
    holds[nextID] = Hold(accounts: keys, amount: estimate, expires: expires)
    soonest = min(soonest, expires)
    return .reserved(Reservation(id: nextID))
  }

  /// Charges what it did cost. A reservation whose time was over is charged nothing here: charge it with ``charge(_:to:now:)``.
  ///
  /// - Returns: Accounts that passed their threshold just now, each told once a period.
  package mutating func settle(_ reservation: Reservation, actual: USD, now: Int64) -> [Balance] {
    guard let hold = holds.removeValue(forKey: reservation.id) else { return [] }
    return hold.accounts.compactMap { key in add(actual, releasing: hold.amount, to: key, now) }
  }

  /// Charges what was not reserved, or no longer.
  package mutating func charge(_ actual: USD, to payer: Payer, now: Int64) -> [Balance] {
    budgets.indices.filter { budgets[$0].rule.covers(payer) }.compactMap { index in
      add(actual, releasing: .zero, to: AccountKey(rule: index, name: payer.name(budgets[index].rule.scope)), now)
    }
  }

  /// The request came to nothing.
  package mutating func release(_ reservation: Reservation, now: Int64) { _ = settle(reservation, actual: .zero, now: now) }

  /// Gives back what nobody settled in time.
  package mutating func expire(_ now: Int64) {
    guard now >= soonest else { return }
    for (id, hold) in holds where hold.expires <= now { release(Reservation(id: id), now: now) }
    soonest = holds.values.reduce(.max) { min($0, $1.expires) }
  }

  /// Of every account that somebody pays from.
  package func balances(of payer: Payer, now: Int64) -> [Balance] {
    budgets.indices.filter { budgets[$0].rule.covers(payer) }.map { index in
      let key = AccountKey(rule: index, name: payer.name(budgets[index].rule.scope))
      return balance(key, current(key, now))
    }
  }

  // MARK: Accounts

  private mutating func add(_ amount: USD, releasing held: USD, to key: AccountKey, _ now: Int64) -> Balance? {
    var account = current(key, now)
    account.held = account.held - held
    account.spent = account.spent + amount
    let budget = budgets[key.rule]
    let passes = !account.isWarned && amount > .zero && account.spent.dollars >= budget.limit.dollars * budget.warnAt
    if passes { account.isWarned = true }
    accounts[key] = account
    return passes ? balance(key, account) : nil
  }

  /// The account in the period of `now`: what was spent before is over, what is held is still held.
  private func current(_ key: AccountKey, _ now: Int64) -> Account {
    let start = budgets[key.rule].period.start(now)
    guard let account = accounts[key] else { return Account(start: start) }
    // A clock that was set back does not forgive anything.
    return account.start >= start ? account : Account(start: start, held: account.held)
  }

  private func balance(_ key: AccountKey, _ account: Account) -> Balance {
    Balance(budget: budgets[key.rule], name: key.name, spent: account.spent, held: account.held)
  }

  /// Forgets accounts that hold nothing and have spent nothing in this period. Returns whether there is room then.
  private mutating func prune(_ now: Int64, room: Int) -> Bool {
    for key in Array(accounts.keys) {
      let account = current(key, now)
      if account.held == .zero, account.spent == .zero { accounts[key] = nil }
    }
    return accounts.count + room <= Self.maximumAccounts
  }
}
