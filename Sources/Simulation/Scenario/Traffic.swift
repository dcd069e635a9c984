import Scheduling

/// The requests of one tier: when they come and how large they are.
package struct Traffic: Sendable {
  package enum Arrivals: Sendable {
    /// Independent requests, this many each second on average.
    case poisson(perSecond: Double)
    /// This many at once, again and again.
    case bursts(size: Int, every: Duration)
    /// Each client sends its next request this long after the answer (or refusal) of the last one.
    case closedLoop(clients: Int, think: Duration)
    /// As recorded.
    case trace([TraceRow])
  }

  package var tier: String
  package var arrivals: Arrivals
  /// Requests come from then …
  package var from = Duration.zero
  /// … until then; `nil`: until the end.
  package var until: Duration?
  /// Requests are spread evenly over this many tenants.
  package var tenants = 1
  package var promptTokens = 100
  /// The mean; see `outputSpread`.
  package var outputTokens = 100
  /// Output tokens vary evenly by this part each way, 0 to 1; the scheduler is told the mean.
  package var outputSpread = 0.0
  /// Of prompts, in tokens; without one every prompt has `promptTokens`, the mean.
  package var promptDistribution: TokenDistribution?
  /// Of answers; it decides in place of `outputSpread`.
  package var outputDistribution: TokenDistribution?
  /// Prompts and answers are drawn from these in pairs, in place of distributions.
  package var sizes: [TraceRow] = []
  /// A client that has waited this long for its first token goes away.
  package var clientPatience: Duration?

  package init(tier: String, arrivals: Arrivals) {
    self.tier = tier
    self.arrivals = arrivals
  }
}

/// One recorded request.
package struct TraceRow: Sendable, Hashable {
  /// Since the start.
  package var at: Duration
  package var promptTokens: Int
  package var outputTokens: Int
  package var tenant: UInt64

  package init(at: Duration, promptTokens: Int, outputTokens: Int, tenant: UInt64 = 0) {
    self.at = at
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.tenant = tenant
  }
}
