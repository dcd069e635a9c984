/// Requests within what was promised to their tier, and requests outside of it.
package struct Compliance: Sendable, Equatable {
  package private(set) var within: UInt64 = 0
  package private(set) var outside: UInt64 = 0

  package init() {}

  init(within: UInt64, outside: UInt64) {
    self.within = within
    self.outside = outside
  }

  mutating func count(_ isWithin: Bool) {
    if isWithin { within &+= 1 } else { outside &+= 1 }
  }

  /// - Returns: Whether `value` is within `promised`; `nil` when nothing was promised or measured.
  mutating func judge(_ value: UInt64?, _ promised: UInt64?) -> Bool? {
    guard let value, let promised else { return nil }
    count(value <= promised)
    return value <= promised
  }

  package mutating func add(_ other: Compliance) {
    within += other.within
    outside += other.outside
  }

  /// What was counted since `earlier`, a previous state of the same counts.
  package func since(_ earlier: Compliance) -> Compliance {
    var difference = Compliance()
    difference.within = within &- min(within, earlier.within)
    difference.outside = outside &- min(outside, earlier.outside)
    return difference
  }
}
