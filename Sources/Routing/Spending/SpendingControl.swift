import Scheduling

/// Limits and budgets together, as a request meets them: first what it may use now, then what it may cost.
///
///     admit ─▶ sent to a model ─▶ settle      (or cancel, when it was never sent)
package struct SpendingControl: Sendable {
  package private(set) var limiter: UsageLimiter
  package private(set) var ledger: SpendingLedger

  package init(limits: [UsageLimit] = [], budgets: [SpendingBudget] = []) {
    limiter = UsageLimiter(limits)
    ledger = SpendingLedger(budgets)
  }

  /// What was taken for a request: give it back with ``settle(_:tokens:cost:at:)`` or ``cancel(_:at:)``. One that is lost is given back by
  /// itself.
  package struct Permit: Sendable, Equatable {
    let usage: UsageLimiter.Reservation
    let money: SpendingLedger.Reservation
  }

  package enum Admission: Sendable, Equatable {
    case admitted(Permit)
    /// Too much at once; how long until there is enough.
    case limited(Duration, UsageLimit)
    /// It would use more at once than its limit ever allows.
    case tooLarge(UsageLimit)
    /// The hard stop of a budget.
    case overBudget(SpendingLedger.Balance)
    /// More is under way than is kept count of.
    case full
  }

  /// The moment on both clocks: limits count nanoseconds, budgets the calendar.
  package struct Moment: Sendable {
    package var monotonic: MonotonicTime
    /// Seconds since 1970.
    package var unix: Int64

    package init(monotonic: MonotonicTime, unix: Int64) {
      self.monotonic = monotonic
      self.unix = unix
    }
  }

  /// - Parameters:
  ///   - tokens: the most that it may use, prompt and answer.
  ///   - cost: the most that it may cost.
  package mutating func admit(tokens: Int, cost: USD, for payer: Payer, at now: Moment) -> Admission {
    let usage: UsageLimiter.Reservation
    switch limiter.reserve(tokens: tokens, for: payer, now: now.monotonic) {
    case .reserved(let reservation): usage = reservation
    case .wait(let duration, let limit): return .limited(duration, limit)
    case .never(let limit): return .tooLarge(limit)
    case .full: return .full
    }
    switch ledger.reserve(cost, for: payer, now: now.unix) {
    case .reserved(let money): return .admitted(Permit(usage: usage, money: money))
    case .refused(let balance):
      limiter.release(usage, now: now.monotonic)
      return .overBudget(balance)
    case .full:
      limiter.release(usage, now: now.monotonic)
      return .full
    }
  }

  /// - Returns: Budgets that passed their threshold just now.
  package mutating func settle(_ permit: Permit, tokens: Int, cost: USD, at now: Moment) -> [SpendingLedger.Balance] {
    limiter.settle(permit.usage, tokens: tokens, now: now.monotonic)
    return ledger.settle(permit.money, actual: cost, now: now.unix)
  }

  /// It was never sent.
  package mutating func cancel(_ permit: Permit, at now: Moment) {
    limiter.release(permit.usage, now: now.monotonic)
    ledger.release(permit.money, now: now.unix)
  }
}
