import Scheduling

/// By what the requests of one tier are judged: what was promised for them, and what they earn.
struct TierTerms: Sendable {
  let layouts: SeriesLayouts
  /// Promised latencies in nanoseconds; `nil` where nothing is promised.
  let firstToken: UInt64?
  let gap: UInt64?
  let endToEnd: UInt64?
  /// USD.
  let perRequest: Double
  let perToken: Double

  init(_ tier: TierPolicy, layouts: SeriesLayouts) {
    self.layouts = layouts
    firstToken = tier.objective.timeToFirstToken?.wholeNanoseconds
    gap = tier.objective.interTokenLatency?.wholeNanoseconds
    endToEnd = tier.objective.endToEnd?.wholeNanoseconds
    perRequest = tier.revenue.perRequest
    perToken = tier.revenue.perMillionTokens / 1e6
  }

  var promisesAnything: Bool { firstToken != nil || gap != nil || endToEnd != nil }
}
