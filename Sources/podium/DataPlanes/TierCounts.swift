import DataPlane

/// What one tier of one pool has counted, since a start or between two moments.
struct TierCounts {
  var served: UInt64 = 0
  var refused: UInt64 = 0
  var failed: UInt64 = 0
  var timeToFirstToken = Histogram()
  var interTokenLatency = Histogram(.gap)
  var endToEnd = Histogram()
  var compliance = Compliance()
  var revenue = 0.0
  var promptTokens: UInt64 = 0
  var outputTokens: UInt64 = 0

  init() {}

  init(_ tier: DataPlaneStatistics.Tier) {
    served = tier.served
    refused = tier.refused
    failed = tier.failed
    timeToFirstToken = tier.timeToFirstToken
    interTokenLatency = tier.interTokenLatency
    endToEnd = tier.endToEnd
    compliance = tier.compliance
    revenue = tier.revenue
    promptTokens = tier.promptTokens
    outputTokens = tier.outputTokens
  }

  func since(_ earlier: TierCounts) -> TierCounts {
    var counts = self
    counts.served &-= earlier.served
    counts.refused &-= earlier.refused
    counts.failed &-= earlier.failed
    counts.timeToFirstToken = timeToFirstToken.since(earlier.timeToFirstToken)
    counts.interTokenLatency = interTokenLatency.since(earlier.interTokenLatency)
    counts.endToEnd = endToEnd.since(earlier.endToEnd)
    counts.compliance = compliance.since(earlier.compliance)
    counts.revenue = max(0, revenue - earlier.revenue)
    counts.promptTokens &-= earlier.promptTokens
    counts.outputTokens &-= earlier.outputTokens
    return counts
  }

  /// Counts of another proxy in front of the same pool: everything adds up, histograms bucket by bucket.
  mutating func add(_ other: TierCounts) {
    served &+= other.served
    refused &+= other.refused
    failed &+= other.failed
    timeToFirstToken.merge(other.timeToFirstToken)
    interTokenLatency.merge(other.interTokenLatency)
    endToEnd.merge(other.endToEnd)
    compliance.add(other.compliance)
    revenue += other.revenue
    promptTokens &+= other.promptTokens
    outputTokens &+= other.outputTokens
  }
}
