/// Names a waiting connection to the scheduler: which loop, which place in its table, and which use of that place.
struct Tag: Equatable {
  var rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// - Parameters:
  ///   - loop: Below 64.
  ///   - slot: Below 2²⁴.
  init(loop: Int, slot: Int, generation: UInt32) {
    rawValue = UInt64(loop) << 56 | UInt64(slot) << 32 | UInt64(generation)
  }

  var loop: Int { Int(rawValue >> 56) }
  var slot: Int { Int(rawValue >> 32 & 0xff_ffff) }
  var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}
