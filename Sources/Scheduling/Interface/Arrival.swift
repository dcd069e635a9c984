/// What a scheduler is told about a request that asks for a slot.
package struct Arrival: Sendable, Equatable {
  /// An index into the policy's tiers: see `Scheduler.tierIndex(named:)`. One that does not exist means the default tier.
  package var tier: Int
  /// Any number that is the same for all requests of one tenant, such as a hash of its name.
  package var tenant: UInt64
  /// Tokens of the prompt; 0 when unknown.
  package var promptTokens: Int
  /// Estimated tokens of the answer; 0 when unknown: then what answers of this pool are long lately, up to `maximumOutputTokens`.
  package var outputTokens: Int
  /// The most tokens the answer may have (a request's `max_tokens`): a bound, seldom an estimate. 0 when there is none.
  package var maximumOutputTokens: Int
  /// Any number that is the same for prompts with the same beginning; 0 when unknown. See `SchedulingPolicy.Placement`.
  package var prefix: UInt64
  /// The caller's own, handed back in `Dispatch` and `Eviction`.
  package var tag: UInt64

  package init(
    tier: Int, tenant: UInt64 = 0, promptTokens: Int = 0, outputTokens: Int = 0, maximumOutputTokens: Int = 0, prefix: UInt64 = 0,
    tag: UInt64 = 0
  ) {
    self.tier = tier
    self.tenant = tenant
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.maximumOutputTokens = maximumOutputTokens
    self.prefix = prefix
    self.tag = tag
  }
}
