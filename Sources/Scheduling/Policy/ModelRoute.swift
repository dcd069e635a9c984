/// A name that requests may use as `model`, and where it leads: an alias, an adapter of a pool, or a split between variants.
///
/// It wins over a pool's own name of the same spelling, so that the requests of a pool can be split without its callers noticing.
package struct ModelRoute: Sendable, Equatable {
  package struct Variant: Sendable, Equatable {
    /// The name of a pool of the policy.
    package var pool: String
    /// The name that the model servers know, such as that of a LoRA adapter; `nil` for the pool's own.
    package var servedModel: String?
    /// Its part of the requests, in relation to the other variants' weights. 0 gets none, not even when the others have no backend.
    package var weight: Int

    package init(pool: String, servedModel: String? = nil, weight: Int = 1) {
      self.pool = pool
      self.servedModel = servedModel
      self.weight = weight
    }
  }

  /// Who keeps the variant that was chosen once, for as long as the weights stay.
  package enum Stickiness: String, Sendable, CaseIterable {
    /// All requests of a tenant get one variant; of an unknown tenant those with one `user`, else it is chosen anew each time.
    case tenant
    /// It is chosen anew for every request.
    case request
  }

  package var name: String
  /// Never empty. When no backend of the chosen one can serve, the others are tried in this order, then the pools' fallbacks.
  package var variants: [Variant]
  package var sticky: Stickiness

  package init(name: String, variants: [Variant], sticky: Stickiness = .tenant) {
    self.name = name
    self.variants = variants
    self.sticky = sticky
  }
}
