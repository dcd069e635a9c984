import Scheduling

/// A pool of this proxy.
struct OwnPool: Sendable {
  /// Service times over which use is averaged, and the time while none is known.
  private static let (horizon, unmeasured) = (8.0, 1.0)

  var rules: PoolRules
  /// As it is.
  var observed: PoolState
  /// As the others know it; `nil` before the first time.
  var announced: PoolState?
  var observedAt: MonotonicTime?
  /// Slots in use, averaged, by tier.
  var recentUse: [UInt64: Double] = [:]
  /// Slots by backend; `nil` while this proxy is alone.
  var parts: [UInt64: Int]?
  /// Something that the division depends on has changed.
  var isDirty = true

  /// Takes over how things are, with what this proxy claims and has used lately.
  mutating func observe(_ state: PoolState, _ now: MonotonicTime) {
    observed = state
    let known = state.reference.inSeconds
    let elapsed = observedAt.map { now.seconds(since: $0) } ?? 0
    let rate = min(1, elapsed / (known > 0 ? Self.horizon * known : Self.unmeasured))
    observedAt = now
    for index in state.tiers.indices {
      let tier = state.tiers[index]
      let before = recentUse[tier.tier] ?? 0
      let present = before + rate * (Double(tier.inUse) - before)
      recentUse[tier.tier] = present
      observed.tiers[index].recentUse = present
    }
    for index in state.backends.indices {
      let backend = state.backends[index]
      observed.backends[index].claim = max(backend.inUse, parts.map { $0[backend.backend] ?? 0 } ?? backend.limit)
      if announced?.claim(on: backend.backend) == nil { isDirty = true }
    }
  }
}

/// What a proxy may use of one pool.
package struct PoolParts: Sendable, Equatable {
  package struct Part: Sendable, Equatable {
    /// Slots that this proxy may fill.
    package var slots: Int
    /// Slots in use by the others, as they last said.
    package var elsewhere: Int
    /// The limit that another proxy has found for the fleet; `nil` when this one is to find it.
    package var followed: Int?

    package init(slots: Int, elsewhere: Int, followed: Int?) {
      self.slots = slots
      self.elsewhere = elsewhere
      self.followed = followed
    }
  }

  package var pool: UInt64
  /// By `FleetName` of the backend; `nil` when there is nobody to share with.
  package var backends: [UInt64: Part]?
  /// Slots that it may fill altogether: less than the sum while some of them are to be given up; `nil` when there is nobody to share with.
  package var total: Int?
  /// Slots that this proxy could get if it asked for them.
  package var prospect: Int
}
