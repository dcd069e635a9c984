import Scheduling

/// One request's way through models and backends.
///
///            next()                    failed before the first byte
///   waiting ────────▶ asking one ─────────────────────────────────▶ waiting
///      │                  │ answered, or failed after the first byte,
///      │ nobody is left   │ or the request is at fault
///      ▼                  ▼
///    ended              ended
///
/// Every candidate is asked once at most. As long as one is left whose breaker lets it pass, the next is asked, whatever failed
/// before: what keeps a storm of retries away is the breakers, which open after six failures in a row. Only then, and only within the
/// retry budget, come those whose breakers are open.
package struct Failover: Sendable, Equatable {
  package struct Attempt: Sendable, Equatable {
    package var model: Int
    package var backend: Int
    /// Not what was chosen first.
    package var isFallback = false
    /// The answer will be less than what was asked for; it must say so.
    package var isDegraded = false
    /// Its breaker is open: a last resort.
    package var isLastResort = false
    /// The breaker waits for how it ends.
    package internal(set) var isProbe = false

    package init(model: Int, backend: Int, isDegraded: Bool = false) {
      self.model = model
      self.backend = backend
      self.isDegraded = isDegraded
    }
  }

  /// Why a request has no answer.
  package enum End: Sendable, Equatable {
    /// Nobody can answer it at all.
    case nobody
    /// Everybody who might was asked.
    case exhausted
    /// Only backends with open breakers are left, and the retry budget is spent.
    case outOfRetries
    /// Bytes of an answer were passed on already: another one cannot be put behind them.
    case brokenOff
    /// The request is wrong; others would say the same.
    case requestAtFault
    case cancelled
  }

  private var waiting: [Attempt]
  private var isFirst = true
  package private(set) var attempts = 0
  package private(set) var end: End?

  /// - Parameter chain: Those who may be asked, in order.
  package init(_ chain: [Attempt]) { waiting = chain }

  /// Who is asked now; `nil` when the request has ended without an answer, and ``end`` says why.
  package mutating func next(breakers: inout ModelBreakers, budget: inout RetryBudget, now: MonotonicTime) -> Attempt? {
    guard end == nil else { return nil }
    if attempts == 0 { budget.earn(now) }
    guard !waiting.isEmpty else {
      end = attempts == 0 && isFirst ? .nobody : .exhausted
      return nil
    }
    var index = waiting.firstIndex { breakers.admits($0.backend, now) }
    let isLastResort = index == nil
    if isLastResort {
      guard budget.spend(now) else {
        end = .outOfRetries
        return nil
      }
      index = 0
    }
    var attempt = waiting.remove(at: index ?? 0)
    attempt.isFallback = !(isFirst && index == 0)
    attempt.isLastResort = isLastResort
    attempt.isProbe = breakers.began(attempt.backend, now)
    isFirst = false
    attempts += 1
    return attempt
  }

  /// The attempt failed. Ask ``next(breakers:budget:now:)`` who is next.
  ///
  /// - Parameter afterFirstByte: something of the answer was passed on already.
  package mutating func failed(
    _ attempt: Attempt, _ failure: AttemptFailure, afterFirstByte: Bool, breakers: inout ModelBreakers, now: MonotonicTime, random: Double
  ) {
    breakers.ended(attempt, failure.verdict, now: now, random: random)
    if failure == .cancelled {
      end = .cancelled
    } else if afterFirstByte {
      end = .brokenOff
    } else if !failure.mayAskAnother {
      end = .requestAtFault
    }
  }

  /// - Parameter isSlow: it took much longer than such answers do.
  package func answered(_ attempt: Attempt, isSlow: Bool = false, breakers: inout ModelBreakers, now: MonotonicTime, random: Double) {
    breakers.ended(attempt, isSlow ? .slow : .good, now: now, random: random)
  }
}
