import Scheduling

/// The counts of the requests of one tier to one pool.
struct TierMetrics: Sendable {
  /// Tokens, by who counted them.
  struct Tokens: Sendable {
    /// The model server, in its `usage`.
    var reported: UInt64 = 0
    /// This proxy: prompts by their length, answers by their events.
    var estimated: UInt64 = 0

    mutating func count(_ reported: Int?, estimated: Int?) {
      if let reported { self.reported &+= UInt64(reported) } else { self.estimated &+= UInt64(estimated ?? 0) }
    }

    mutating func add(_ other: Tokens) {
      reported += other.reported
      estimated += other.estimated
    }
  }

  var answers = CountTable<LoopMetrics.Answer>()
  var faults = CountTable<LoopMetrics.Fault>()
  var retries = CountTable<FailureKind>()
  var waits = Histogram()
  var services = Histogram()
  /// Of answers that come as event streams.
  var firstTokens = Histogram()
  /// The mean gap between the tokens of one answer, of answers that come as event streams.
  var gaps = Histogram(.gap)
  /// Of requests that were served, from the arrival to the last byte.
  var answered = Histogram()
  var promptTokens = Tokens()
  var outputTokens = Tokens()
  /// Of the reported prompt tokens, those that were in a server's cache.
  var cachedTokens: UInt64 = 0
  /// USD.
  var revenue = 0.0
  var firstTokenCompliance = Compliance()
  var gapCompliance = Compliance()
  var endToEndCompliance = Compliance()
  /// Of all that was promised together.
  var compliance = Compliance()

  mutating func add(_ other: TierMetrics) {
    answers.add(other.answers)
    faults.add(other.faults)
    retries.add(other.retries)
    waits.merge(other.waits)
    services.merge(other.services)
    firstTokens.merge(other.firstTokens)
    gaps.merge(other.gaps)
    answered.merge(other.answered)
    promptTokens.add(other.promptTokens)
    outputTokens.add(other.outputTokens)
    cachedTokens += other.cachedTokens
    revenue += other.revenue
    firstTokenCompliance.add(other.firstTokenCompliance)
    gapCompliance.add(other.gapCompliance)
    endToEndCompliance.add(other.endToEndCompliance)
    compliance.add(other.compliance)
  }
}

extension TierMetrics {
  /// Counts a request that is over.
  mutating func count(_ record: RequestRecord, _ outcome: LoopMetrics.Outcome, status: Int, _ terms: TierTerms, now: MonotonicTime) {
    answers.add(LoopMetrics.Answer(status: status, outcome: outcome))
    if record.attempts > 0, outcome != .clientGone, outcome != .refused {
      waits.observe(nanoseconds: record.waited)
      services.observe(nanoseconds: now.nanoseconds &- record.dispatchedAt.nanoseconds)
    }
    let firstToken = record.timeToFirstToken
    if let firstToken { firstTokens.observe(nanoseconds: firstToken, in: terms.layouts.firstToken) }
    guard outcome == .served else {
      // Neither a caller that left nor one that asked for nonsense was promised anything.
      if terms.promisesAnything, outcome != .clientGone, status >= 500 || status == 429 || outcome == .broken { compliance.count(false) }
      return
    }
    let total = now.nanoseconds &- record.arrivedAt.nanoseconds
    answered.observe(nanoseconds: total, in: terms.layouts.endToEnd)
    promptTokens.count(record.promptTokens, estimated: status < 300 ? record.estimatedPromptTokens : nil)
    outputTokens.count(record.outputTokens, estimated: record.estimatedOutputTokens)
    let gap = record.gap(until: now)
    if let gap { gaps.observe(nanoseconds: gap, in: terms.layouts.gap) }
    guard status < 400 else { return }
    revenue += terms.perRequest
    if terms.perToken > 0 { revenue += terms.perToken * Double(record.tokens) }
    if terms.promisesAnything { judge(firstToken, gap, total, terms) }
  }

  private mutating func judge(_ firstToken: UInt64?, _ gap: UInt64?, _ total: UInt64, _ terms: TierTerms) {
    let first = firstTokenCompliance.judge(firstToken, terms.firstToken) ?? true
    let between = gapCompliance.judge(gap, terms.gap) ?? true
    let whole = endToEndCompliance.judge(total, terms.endToEnd) ?? true
    compliance.count(first && between && whole)
  }
}

extension Histogram {
  @inline(__always) fileprivate mutating func observe(nanoseconds: UInt64, in layout: HistogramLayout) {
    adopt(layout)
    observe(nanoseconds: nanoseconds)
  }
}
