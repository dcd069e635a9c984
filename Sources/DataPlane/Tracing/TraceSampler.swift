/// Which requests are traced: the samplers of OpenTelemetry.
package struct TraceSampler: Sendable, Equatable {
  /// A caller that says whether it is traced decides for its requests too.
  package var followsParent: Bool
  /// Of the requests that nobody decided about, 0 to 1.
  package var ratio: Double {
    didSet { threshold = Self.threshold(ratio) }
  }
  private var threshold: UInt64

  package init(followsParent: Bool = true, ratio: Double = 1) {
    self.followsParent = followsParent
    self.ratio = min(max(ratio, 0), 1)
    threshold = Self.threshold(self.ratio)
  }

  private static func threshold(_ ratio: Double) -> UInt64 { ratio >= 1 ? .max : UInt64(max(0, ratio) * 0x1p63) }

  /// By the trace's identifier, so that all that see the trace decide alike (`TraceIdRatioBased`: the last eight bytes, without the
  /// topmost bit).
  func samples(_ traceLow: UInt64, parent: TraceParent?) -> Bool {
    if followsParent, let parent { return parent.isSampled }
    return threshold == .max || traceLow >> 1 < threshold
  }
}
