/// What a scheduler is told about a request that asks for a slot.
package struct Arrival: Sendable, Equatable {
  /// An index into the policy's tiers: see `Scheduler.tierIndex(named:)`. One that does not exist means the default tier.
  package var tier: Int
  /// Any number that is the same for all requests of one tenant, such as a hash of its name.
  package var tenant: UInt64
  /// Tokens of the prompt; 0 when unknown.
  package var promptTokens: Int
  /// Estimated tokens of the answer; 0 when unknown.
  package var outputTokens: Int
  /// The caller's own, handed back in `Dispatch` and `Eviction`.
  package var tag: UInt64

  package init(tier: Int, tenant: UInt64 = 0, promptTokens: Int = 0, outputTokens: Int = 0, tag: UInt64 = 0) {
    self.tier = tier
    self.tenant = tenant
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.tag = tag
  }
}
