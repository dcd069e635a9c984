/// What serving a tier earns, in USD; at most one of the two is above 0.
package struct TierRevenue: Sendable, Equatable {
  /// Of each request that was answered with success.
  package var perRequest: Double
  /// Of a million tokens, prompt and output together.
  package var perMillionTokens: Double

  package init(perRequest: Double = 0, perMillionTokens: Double = 0) {
    self.perRequest = perRequest
    self.perMillionTokens = perMillionTokens
  }
}
