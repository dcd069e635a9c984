/// Who is owed work: the account behind "fewer slots in use than its entitlement".
///
/// Entitlement is `weight ÷ sum of the weights of tiers that have demand`. Whenever work is dispatched, every tier with
/// demand earns its entitlement of it, and the tier that got it pays all of it; what is left is `owed`. A fraction of a slot
/// is thereby never lost (a tier entitled to 0.4 slots gets every fifth pair), and the sum of all accounts stays at zero while
/// all tiers wait: each account is then bounded by a few requests, so shares converge to the weights as 1/n.
///
/// ```
///   no demand ──ticket──▶ waiting: earns, pays     on entry: owed at least entitlement × work in flight − its own in flight
///       ▲                   │    ▲
///       │         queue empty    ticket
///       │                   ▼    │
///       └──last one ends── only running: earns up to zero (whoever does not wait is owed nothing)
/// ```
/// Spare capacity is free: whoever takes what nobody is owed goes into debt by no more than the pool has in flight.
package struct Shares: Sendable, Equatable {
  struct Account: Sendable, Equatable {
    var weight: Double
    var waiting = 0
    /// Slots in use.
    var inUse = 0
    /// In tokens.
    var workInFlight = 0.0
    /// In tokens; negative: taken in advance.
    var owed = 0.0
    /// The part of recently dispatched work that was this tier's, 0 to 1.
    var recent = 0.0

    var hasDemand: Bool { waiting > 0 || inUse > 0 }
  }

  /// Requests that a waiting tier may be owed beyond what is in flight, when it cannot go for want of a backend.
  private static let creditLimit = 16.0

  private(set) var accounts: [Account]
  /// In tokens.
  private(set) var workInFlight = 0.0

  package init(weights: [Int]) { accounts = weights.map { Account(weight: Double(max(1, $0))) } }

  private var weightWithDemand: Double {
    var sum = 0.0
    for account in accounts where account.hasDemand { sum += account.weight }
    return sum
  }

  /// The part of the capacity that the tier earns now, 0 to 1, or would earn if it had demand.
  package func entitlement(of tier: Int) -> Double {
    let sum = weightWithDemand
    let account = accounts[tier]
    return account.weight / (account.hasDemand ? sum : sum + account.weight)
  }

  package func owed(to tier: Int) -> Double { accounts[tier].owed }

  /// A ticket of the tier has begun to wait.
  package mutating func arrived(_ tier: Int) {
    accounts[tier].waiting += 1
    guard accounts[tier].waiting == 1 else { return }
    let atOnce = entitlement(of: tier) * workInFlight - accounts[tier].workInFlight
    accounts[tier].owed = max(accounts[tier].owed, atOnce)
  }

  /// A ticket of the tier no longer waits and will not run.
  package mutating func left(_ tier: Int) {
    accounts[tier].waiting -= 1
    forgetCreditWithoutNeed(tier)
  }

  /// A ticket of the tier no longer waits and runs: `work` tokens, of which others earn their part.
  ///
  /// - Parameters:
  ///   - meanWork: what a request costs on average, in tokens.
  ///   - horizon: the dispatched work that `recent` remembers, in tokens.
  package mutating func dispatched(_ tier: Int, work: Double, meanWork: Double, horizon: Double) {
    accounts[tier].waiting -= 1
    accounts[tier].inUse += 1
    accounts[tier].workInFlight += work
    workInFlight += work
    transfer(work, to: tier)
    let rate = min(1, work / max(horizon, work))
    let credit = workInFlight + Self.creditLimit * meanWork
    for index in accounts.indices {
      accounts[index].recent += rate * ((index == tier ? 1 : 0) - accounts[index].recent)
      accounts[index].owed = min(accounts[index].owed, credit)
      forgetCreditWithoutNeed(index)
    }
    accounts[tier].owed = max(accounts[tier].owed, -workInFlight)
  }

  /// A ticket of the tier no longer runs; it cost `correction` tokens more than was said when it was dispatched.
  package mutating func ended(_ tier: Int, work: Double, correction: Double) {
    if correction != 0 { transfer(correction, to: tier) }
    accounts[tier].inUse -= 1
    accounts[tier].workInFlight -= work
    workInFlight -= work
    forgetCreditWithoutNeed(tier)
    if !accounts[tier].hasDemand { accounts[tier].owed = 0 }
  }

  /// New weights; tiers in the order of `origins`, each with the account of the tier that was there before, or a fresh one.
  mutating func rearrange(weights: [Int], origins: [Int?]) {
    let old = accounts
    accounts = zip(weights, origins).map { weight, origin in
      var account = origin.map { old[$0] } ?? Account(weight: 1)
      account.weight = Double(max(1, weight))
      return account
    }
  }

  /// Moves what a vanished tier holds to another one.
  mutating func adopt(_ orphan: Account, into tier: Int) {
    accounts[tier].waiting += orphan.waiting
    accounts[tier].inUse += orphan.inUse
    accounts[tier].workInFlight += orphan.workInFlight
  }

  private mutating func transfer(_ work: Double, to tier: Int) {
    let sum = weightWithDemand
    guard sum > 0 else { return }
    for index in accounts.indices where accounts[index].hasDemand {
      accounts[index].owed += work * accounts[index].weight / sum
    }
    accounts[tier].owed -= work
  }

  private mutating func forgetCreditWithoutNeed(_ tier: Int) {
    if accounts[tier].waiting == 0 { accounts[tier].owed = min(accounts[tier].owed, 0) }
  }
}
