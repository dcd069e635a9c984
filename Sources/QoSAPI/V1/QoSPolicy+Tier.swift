extension QoSPolicy {
  /// A named class of customers.
  package struct Tier: Sendable, Equatable {
    package enum SLA: String, Sendable, CaseIterable {
      case guaranteed, standard
      case bestEffort = "best_effort"
    }

    package var name: String
    /// 1 to 100.
    package var weight: Int
    /// Higher goes first.
    package var priority: Int
    package var sla: SLA
    package var slo: LatencyTargets
    /// The share of requests that may fail, above 0 and up to 1; `nil` for the default of the tier's rank.
    package var breakerErrorRate: Double?
    /// How many times its usual latency a model server may take; `nil` for the default of the tier's rank.
    package var breakerLatencyTolerance: Double?
    /// USD; `nil` where nothing is said, and at most one of the two is set.
    package var revenuePerRequest: Double?
    package var revenuePerMillionTokens: Double?
    /// Fields of this tier that are accepted and not acted on yet.
    package var ineffectiveFields: [String]
  }
}

/// Latencies at the 95th percentile, in milliseconds; `nil` where nothing is said.
package struct LatencyTargets: Sendable, Hashable {
  package var ttft: Double?
  package var itl: Double?
  package var e2e: Double?

  package init(ttft: Double? = nil, itl: Double? = nil, e2e: Double? = nil) {
    self.ttft = ttft
    self.itl = itl
    self.e2e = e2e
  }
}

extension LatencyTargets {
  init(_ reader: inout FieldReader) {
    let possible = 0.001...86_400_000.0
    ttft = reader.number("ttftP95", possible)
    itl = reader.number("itlP95", possible)
    e2e = reader.number("e2eP95", possible)
    if let ttft, let e2e, e2e < ttft {
      reader.report("e2eP95", "is below ttftP95; a whole answer cannot come before its first token, raise e2eP95 or lower ttftP95")
    }
  }
}
