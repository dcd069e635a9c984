import Logging
import Scheduling
import Synchronization

/// The keys of one issuer: fetched, refreshed before they are stale, and kept while the issuer cannot be reached.
actor KeyRing {
  enum Lookup {
    case keys([TrustedKey])
    /// The issuer lists no key that could have signed the token.
    case unknown
    /// No key has ever been received.
    case unavailable(retryAfter: Duration)
  }

  /// What anybody may read at any time.
  struct Published {
    var keys = 0
    var receivedAt: ContinuousClock.Instant?
    var fetches: UInt64 = 0
    var failures: UInt64 = 0
  }

  nonisolated let issuer: TokenIssuer
  nonisolated let published = Mutex(Published())
  private let limits: VerificationLimits
  private let logger: Logger
  private var set: KeySet?
  private var attemptedAt: ContinuousClock.Instant?
  private var nextAttempt = ContinuousClock.now
  private var failuresInARow = 0
  private var fetching: Task<Void, Never>?
  private var refreshing: Task<Void, Never>?
  /// Ended when something else has fetched, and so moved the next attempt.
  private var sleeping: Task<Void?, Never>?
  private var waiting = 0
  private var isStopped = false

  init(_ issuer: TokenIssuer, limits: VerificationLimits, logger: Logger) {
    self.issuer = issuer
    self.limits = limits
    self.logger = logger
  }

  func start() {
    guard refreshing == nil, !isStopped else { return }
    refreshing = Task { await refresh() }
  }

  func stop() {
    isStopped = true
    refreshing?.cancel()
    fetching?.cancel()
  }

  private func refresh() async {
    while !Task.isCancelled {
      if nextAttempt <= .now { await fetch() }
      let next = nextAttempt
      let pause = Task { try? await Task.sleep(until: next, clock: .continuous) }
      sleeping = pause
      await withTaskCancellationHandler {
        await pause.value
      } onCancel: {
        pause.cancel()
      }
    }
  }

  func lookup(_ token: UnverifiedToken) async -> Lookup {
    if set == nil, fetching != nil || nextAttempt <= .now { await fetch() }
    guard let set else { return .unavailable(retryAfter: max(.zero, nextAttempt - .now)) }
    let known = set.candidates(for: token)
    guard known.isEmpty else { return .keys(known) }
    // The issuer may have a new key; asking is bounded, because anybody can invent names.
    guard mayAskAgain, waiting < limits.waitingForUnknownKey else { return .unknown }
    waiting += 1
    await fetch()
    waiting -= 1
    let found = self.set?.candidates(for: token) ?? []
    return found.isEmpty ? .unknown : .keys(found)
  }

  private var mayAskAgain: Bool {
    if case .inline = issuer.keys { return false }
    guard fetching == nil, let attemptedAt else { return true }
    return attemptedAt.duration(to: .now) >= limits.refetchInterval
  }

  /// One fetch at a time, for all who wait for it.
  private func fetch() async {
    guard !isStopped else { return }
    if fetching == nil { fetching = Task { await attempt() } }
    await fetching?.value
  }

  private func attempt() async {
    attemptedAt = .now
    defer {
      fetching = nil
      sleeping?.cancel()
    }
    do {
      let document = try await KeyDownload(issuer: issuer, limits: limits).keys()
      accept(try await KeySet(document.bytes, replacing: set), freshness: document.freshness)
    } catch {
      // What was cancelled has not failed.
      guard !isStopped else { return }
      failed(error)
    }
  }

  private func accept(_ next: KeySet, freshness: Duration?) {
    for problem in next.problems { logger.debug("a key is left out", metadata: ["issuer": "\(issuer.issuer)", "problem": "\(problem)"]) }
    if set == nil { logger.info("keys received", metadata: ["issuer": "\(issuer.issuer)", "keys": "\(next.keys.count)"]) }
    set = next
    failuresInARow = 0
    let fresh = min(max(freshness ?? limits.usualFreshness, limits.shortestFreshness), limits.longestFreshness)
    // Ahead of the end, and not in step with every other proxy.
    nextAttempt = .now + fresh * Double.random(in: 0.7...0.8)
    published.withLock {
      $0.keys = next.keys.count
      $0.receivedAt = .now
      $0.fetches += 1
    }
  }

  private func failed(_ problem: KeyProblem) {
    let pause = min(limits.firstPause * Double(1 << min(failuresInARow, 20)), limits.longestPause)
    failuresInARow += 1
    nextAttempt = .now + pause * Double.random(in: 0.5...1)
    published.withLock { $0.failures += 1 }
    logger.warning(
      "keys could not be fetched", metadata: ["issuer": "\(issuer.issuer)", "problem": "\(problem)", "kept": "\(set?.keys.count ?? 0)"])
  }

  nonisolated var statistics: TokenStatistics.Issuer {
    published.withLock { published in
      var age: Duration?
      if case .inline = issuer.keys {} else { age = published.receivedAt.map { $0.duration(to: .now) } }
      return TokenStatistics.Issuer(
        name: issuer.issuer, keys: published.keys, age: age, fetches: published.fetches, failures: published.failures)
    }
  }
}
