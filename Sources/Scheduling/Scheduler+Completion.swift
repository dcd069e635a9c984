extension Scheduler {
  /// The first byte of the answer's body has come.
  package mutating func firstToken(_ ticket: Ticket, now: MonotonicTime) {
    guard let index = table.find(ticket), table[index].place == .running, table[index].firstToken == nil else { return }
    table[index].firstToken = now
    let backend = table[index].backend
    backends[backend].begun += 1
    if backends.span[backend].allHaveBegun { backends[backend].inferred.allBegun() }
  }

  /// The ticket has ended: its slot is free, and what it took and how it ended is learned.
  package mutating func finish(_ ticket: Ticket, _ outcome: Outcome, now: MonotonicTime) {
    guard let index = table.find(ticket) else { return }
    guard table[index].place == .running else { return drop(index) }
    let entry = table[index]
    let correction = correction(entry, outcome)
    release(entry, correction: correction)
    tiers[entry.tier].queue.ended(entry, correction: correction)
    count(outcome, entry.tier)
    learn(entry, outcome, now)
    if entry.attempts > 1 { retried -= 1 }
    table.remove(index)
  }

  /// The client has gone: the ticket leaves the queue, or its slot is free at once.
  package mutating func cancel(_ ticket: Ticket, now: MonotonicTime) {
    guard let index = table.find(ticket) else { return }
    if table[index].place == .running { return finish(ticket, .cancelled, now: now) }
    tiers[table[index].tier].totals.cancelled += 1
    drop(index)
  }

  /// The attempt failed before its first byte: the ticket waits again, ahead of its tier and not for the same backend, if the
  /// retry budget allows; otherwise it has ended.
  package mutating func retry(_ ticket: Ticket, _ outcome: Outcome, now: MonotonicTime) -> Admission {
    guard let index = table.find(ticket), table[index].place == .running, case .failure = outcome else {
      finish(ticket, outcome, now: now)
      return .refused(Refusal(reason: .retryBudget, retryAfter: .zero))
    }
    let entry = table[index]
    if let refusal = retryRefusal(entry, now) {
      finish(ticket, outcome, now: now)
      return .refused(refusal)
    }
    release(entry, correction: -entry.cost)
    learn(entry, outcome, now)
    if entry.attempts == 1 { retried += 1 }
    tiers[entry.tier].totals.retried += 1
    tiers[entry.tier].queue.putBack(index, &table)
    waiting += 1
    shares.arrived(entry.tier)
    return .waiting(ticket)
  }

  /// How long to let an attempt run before it counts as failed: what such a request takes on this pool, plus four mean
  /// deviations (as TCP's retransmission time-out, RFC 6298), times the tier's latency tolerance; `nil` while nothing is known.
  package func attemptTimeout(for ticket: Ticket) -> Duration? {
    attemptNanoseconds(for: ticket).map { .nanoseconds(Int64(clamping: $0)) }
  }

  /// The same in nanoseconds.
  @inline(__always) package func attemptNanoseconds(for ticket: Ticket) -> UInt64? {
    guard let index = table.find(ticket), let reference = times.reference else { return nil }
    let entry = table[index]
    // An estimate that is too low must not cut an answer short: never less than for an answer of mean length.
    let factor = max(1, times.length.factor(outputTokens: entry.longestOutput > 0 ? entry.longestOutput : nil))
    let tolerance = max(1, tiers[entry.tier].policy.breaker.latencyTolerance)
    return Duration.clampedNanoseconds((reference + 4 * times.service.deviation) * factor * tolerance)
  }

  // MARK: Accounts

  /// What the attempt really cost minus what was charged for it, in tokens. Who failed was not served; who left had its turn.
  private func correction(_ entry: TicketEntry, _ outcome: Outcome) -> Int {
    switch outcome {
    case .success(nil, nil), .cancelled: 0
    case .success(let output, let prompt):
      max(1, Work.tokens(prompt: prompt ?? entry.promptTokens, output: output ?? entry.outputTokens)) - entry.cost
    case .failure: -entry.cost
    }
  }

  private mutating func release(_ entry: TicketEntry, correction: Int) {
    shares.ended(entry.tier, work: Double(entry.cost), correction: Double(correction))
    backends[entry.backend].ended(entry)
  }

  private mutating func count(_ outcome: Outcome, _ tier: Int) {
    switch outcome {
    case .success: tiers[tier].totals.succeeded += 1
    case .failure: tiers[tier].totals.failed += 1
    case .cancelled: tiers[tier].totals.cancelled += 1
    }
  }

  // MARK: Learning

  mutating func learn(_ entry: TicketEntry, _ outcome: Outcome, _ now: MonotonicTime) {
    let seconds = now.seconds(since: entry.dispatched)
    var verdict = CircuitBreaker.Verdict.nothing
    switch outcome {
    case .success where entry.isSession: break
    case .success(let output, let prompt):
      let failures = backends.span[entry.backend].failuresInARow
      if failures > 0 {
        backends[entry.backend].failuresInARow = 0
        if failures >= Self.failuresOfOneAway { backends[entry.backend].inferred.restart() }
      }
      verdict = learnLatency(entry, seconds, output, now)
      if !entry.hasKnownLength, let output {
        times.dispatched(cost: max(1, Work.tokens(prompt: prompt ?? 0, output: output)))
      }
    case .failure(let kind):
      verdict = .failed
      backends[entry.backend].failuresInARow += 1
      if kind == .timeout || kind == .reset { backends[entry.backend].inferred.overloaded() }
    case .cancelled: break
    }
    judge(entry, verdict, seconds, now)
    if backends.span[entry.backend].draining, backends.span[entry.backend].inUse == 0 { backends[entry.backend].leave(settings) }
  }

  private mutating func learnLatency(
    _ entry: TicketEntry, _ seconds: Double, _ outputTokens: Int?, _ now: MonotonicTime
  ) -> CircuitBreaker.Verdict {
    let toFirstToken = entry.firstToken?.seconds(since: entry.dispatched)
    let typical = times.completed(seconds: seconds, secondsToFirstToken: toFirstToken, outputTokens: outputTokens)
    backends[entry.backend].recent.add(typical)
    let isSlow = isSlow(entry.backend, typical, tolerance: tiers[entry.tier].policy.breaker.latencyTolerance)
    // What the strictest tier would not tolerate is no part of what is normal, however long it lasts.
    if !self.isSlow(entry.backend, typical, tolerance: strictestTolerance) { backends[entry.backend].baseline.add(typical) }
    let streamed = toFirstToken.flatMap { first in
      first < Self.latestFirstToken * seconds
        ? LoadWindow.Streamed(toFirstToken: first, rest: seconds - first, tokens: outputTokens.map { max(1, $0 - 1) }) : nil
    }
    backends[entry.backend].inferred.succeeded(
      latency: typical, streamed: streamed, concurrency: entry.inUseAtDispatch, window: entry.window)
    return isSlow ? .slow : .good
  }

  /// Whether an attempt took longer than is tolerated: against the backend's own normal, and against the pool's
  /// present (when all have become slower it is load, not sickness).
  @inline(__always) private func isSlow(_ backend: Int, _ typical: Double, tolerance: Double) -> Bool {
    let own = backends.span[backend].baseline
    guard own.count >= Self.baselineSamples else { return false }
    let baseline = policy.adaptiveThresholds ? own.mean : times.service.mean
    guard typical > tolerance * baseline else { return false }
    return typical > Self.slowerThanPool * presentLatency(except: backend)
  }

  /// What answers take at the other backends these days, in seconds; without others: in the pool.
  private func presentLatency(except backend: Int) -> Double {
    var (sum, count) = (0.0, 0.0)
    for index in backends.indices where index != backend && isInService(index) {
      let recent = backends.span[index].recent
      guard recent.count >= Self.baselineSamples else { continue }
      (sum, count) = (sum + recent.mean, count + 1)
    }
    return count > 0 ? sum / count : times.normalised.mean
  }

  /// Whether the last answers of a backend took longer than is tolerated.
  func isSlowOfLate(_ index: Int, tolerance: Double) -> Bool {
    guard backends.span[index].baseline.count >= Self.baselineSamples else { return false }
    return backends.span[index].recent.mean > tolerance
      * (policy.adaptiveThresholds ? backends.span[index].baseline.mean : times.service.mean)
  }

  mutating func judge(_ entry: TicketEntry, _ verdict: CircuitBreaker.Verdict, _ seconds: Double, _ now: MonotonicTime) {
    guard policy.circuitBreakers, tiers[entry.tier].breakers.indices.contains(entry.backend) else { return }
    // Slowness never closes the last door: a slow answer is better than none.
    let alone = verdict == .slow && unservable(entry.tier, now, except: entry.backend) != nil
    let baseline = backends.span[entry.backend].baseline.value ?? times.service.value
    // Nothing measured yet: the failed attempt's own time is all there is, and may be far too short; so it may double longer.
    let doublings = baseline == nil ? Self.blindDoublings : settings.maximumDoublings
    let base = settings.openLatencies * (baseline ?? max(seconds, 1e-6))
    var random = random
    tiers[entry.tier].breakers[entry.backend].ended(alone ? .good : verdict, probe: entry.isProbe, now: now) {
      CircuitBreaker.OpenTime(base: base, maximumDoublings: doublings, random: random.unit())
    }
    self.random = random
  }

  /// A backend that fails so often in a row is away.
  private static let failuresOfOneAway = 8
  /// Samples before a backend's baseline means anything.
  private static let baselineSamples = 8
  private static let slowerThanPool = 1.25
  /// An answer whose first byte came later, in parts of its duration, was not streamed.
  private static let latestFirstToken = 0.9
  private static let blindDoublings = 20

  // MARK: The retry budget

  /// Retries are a part of live traffic, of which lower tiers may use half; never more attempts than the policy of one ticket.
  private func retryRefusal(_ entry: TicketEntry, _ now: MonotonicTime) -> Refusal? {
    let isHighest = tiers[entry.tier].policy.priority == tiers[order[0]].policy.priority
    let share = settings.retryShare * (isHighest ? 1 : 0.5)
    let budget = max(settings.retryMinimum, Int(share * Double(table.count)))
    let retriesAfterwards = retried + (entry.attempts == 1 ? 1 : 0)
    if Int(entry.attempts) >= settings.maximumAttempts || retriesAfterwards > budget {
      return Refusal(reason: .retryBudget, retryAfter: drainTime(entry.tier, now))
    }
    return unservable(entry.tier, now).map { Refusal(reason: .noBackend, retryAfter: $0.since(now)) }
  }
}
