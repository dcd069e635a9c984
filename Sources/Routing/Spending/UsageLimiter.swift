import Scheduling

/// How many requests and tokens somebody may use a minute.
package struct UsageLimit: Sendable, Equatable {
  package var rule: AccountRule
  package var requestsPerMinute: Int?
  /// Prompt and answer together.
  package var tokensPerMinute: Int?

  package init(_ scope: AccountScope, _ name: String, requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil) {
    rule = AccountRule(scope: scope, name: name)
    self.requestsPerMinute = requestsPerMinute
    self.tokensPerMinute = tokensPerMinute
  }
}

/// The generic cell rate algorithm (ITU-T I.371): of each limit one number, the moment at which all that was used will have been earned.
/// A minute's worth may be used at once; after that it comes back evenly. Whole numbers only, so nothing is lost to rounding: in any
/// time t no more than limit × (1 + t ÷ 1 min) is used.
package struct UsageLimiter: Sendable {
  /// What was taken: kept by whoever asked until it is known what was used. One that is dropped holds nothing back: what it took is earned
  /// again within a minute like everything else.
  package struct Reservation: Sendable, Equatable {
    let accounts: [AccountKey]
    package let tokens: Int
  }

  package enum Answer: Sendable, Equatable {
    case reserved(Reservation)
    /// Nothing was taken; how long until there is enough.
    case wait(Duration, limit: UsageLimit)
    /// More tokens than the limit gives in a whole minute: it will never be enough.
    case never(limit: UsageLimit)
    case full
  }

  private struct Account: Sendable {
    var requests: Int128 = 0
    var tokens: Int128 = 0
  }

  package static let maximumAccounts = 100_000
  private static let period: Int128 = 60_000_000_000

  package let limits: [UsageLimit]
  private var accounts: [AccountKey: Account] = [:]

  package init(_ limits: [UsageLimit]) { self.limits = limits }

  /// Takes one request and the most tokens that it may use from every limit that the payer has, or nothing from any.
  package mutating func reserve(tokens: Int, for payer: Payer, now: MonotonicTime) -> Answer {
    let keys = limits.indices.filter { limits[$0].rule.covers(payer) }
      .map { AccountKey(rule: $0, name: payer.name(limits[$0].rule.scope)) }
    let tokens = max(0, tokens)
    for key in keys {
      let (limit, account) = (limits[key.rule], accounts[key] ?? Account())
      for (used, rate, amount) in [(account.requests, limit.requestsPerMinute, 1), (account.tokens, limit.tokensPerMinute, tokens)] {
        guard let rate else { continue }
        guard amount <= rate else { return .never(limit: limit) }
        let wait = Self.level(used, rate, now) + Int128(amount) * Self.period - Int128(rate) * Self.period
        // Rounded up: who comes back then finds enough.
        if wait > 0 { return .wait(.nanoseconds(Int64((wait + Int128(rate) - 1) / Int128(rate))), limit: limit) }
      }
    }
    guard accounts.count + keys.count <= Self.maximumAccounts || prune(now, room: keys.count) else { return .full }
    for key in keys { take(1, tokens, key, now) }
    return .reserved(Reservation(accounts: keys, tokens: tokens))
  }

  /// Gives back tokens that were not used, or takes those that were used beyond.
  package mutating func settle(_ reservation: Reservation, tokens: Int, now: MonotonicTime) {
    for key in reservation.accounts { take(0, max(0, tokens) - reservation.tokens, key, now) }
  }

  /// The request was never sent: everything is given back.
  package mutating func release(_ reservation: Reservation, now: MonotonicTime) {
    for key in reservation.accounts { take(-1, -reservation.tokens, key, now) }
  }

  /// What is still to be earned, in nanoseconds × rate.
  private static func level(_ used: Int128, _ rate: Int, _ now: MonotonicTime) -> Int128 {
    max(0, used - Int128(now.nanoseconds) * Int128(rate))
  }

  private mutating func take(_ requests: Int, _ tokens: Int, _ key: AccountKey, _ now: MonotonicTime) {
    var account = accounts[key] ?? Account()
    let limit = limits[key.rule]
    if let rate = limit.requestsPerMinute {
      account.requests = Self.level(account.requests, rate, now) + Int128(now.nanoseconds) * Int128(rate) + Int128(requests) * Self.period
    }
    if let rate = limit.tokensPerMinute {
      account.tokens = Self.level(account.tokens, rate, now) + Int128(now.nanoseconds) * Int128(rate) + Int128(tokens) * Self.period
    }
    accounts[key] = account
  }

  /// Forgets accounts that have earned everything back.
  private mutating func prune(_ now: MonotonicTime, room: Int) -> Bool {
    for (key, account) in accounts {
      let limit = limits[key.rule]
      let open = [(account.requests, limit.requestsPerMinute), (account.tokens, limit.tokensPerMinute)]
      if open.allSatisfy({ used, rate in rate.map { Self.level(used, $0, now) == 0 } ?? true }) { accounts[key] = nil }
    }
    return accounts.count + room <= Self.maximumAccounts
  }
}
