import Scheduling

/// One traced request, from its arrival to its end: what spans are made of.
///
/// Unchecked because it belongs to one connection's event loop until the request is over, and nobody changes it after that.
package final class RequestTrace: @unchecked Sendable {
  package struct Attempt: Sendable {
    package var waitingSince: MonotonicTime
    package var dispatchedAt: MonotonicTime
    package var endedAt: MonotonicTime?
    /// The model server's address and port.
    package var backend: String
    package var failure: FailureKind?
  }

  /// Of this request; its parent is the caller's span, when the caller said so.
  package let context: TraceParent
  package let parent: TraceParent?
  /// The value of `tracestate`, as it was received.
  package let state: String
  package var attempts: [Attempt] = []
  /// Since when it waited when it ended; `nil` when it did not wait then.
  package var endedWaitingSince: MonotonicTime?

  // Known at the end.
  package var record = RequestRecord()
  package var endedAt = MonotonicTime.zero
  /// What to add to the monotonic clock for nanoseconds since 1970.
  package var clockOffset: UInt64 = 0
  package var text = RequestText()
  package var namespace = ""
  package var pool: String?
  package var servedModel: String?
  package var tier: String?
  package var clientAddress = ""
  /// It came over TLS.
  package var isSecure = false
  package var status = 0
  package var outcome = ""
  /// The code of the error, when there was one.
  package var error: String?

  init(context: TraceParent, parent: TraceParent?, state: String) {
    self.context = context
    self.parent = parent
    self.state = state
  }

  /// The span of the wait before attempt `number`, which counts from 0.
  package func queueSpanID(_ number: Int) -> UInt64 { Self.mixed(context.spanID, UInt64(number) << 1) }

  /// The span of attempt `number`: the model server's parent.
  package func attemptSpanID(_ number: Int) -> UInt64 { Self.mixed(context.spanID, UInt64(number) << 1 | 1) }

  /// What a model server is told for attempt `number`.
  func outgoing(_ number: Int) -> TraceParent {
    var outgoing = context
    outgoing.spanID = attemptSpanID(number)
    return outgoing
  }

  /// Different for different numbers, and never 0 (the mixing function of SplitMix64).
  private static func mixed(_ seed: UInt64, _ number: UInt64) -> UInt64 {
    var value = seed &+ (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    value ^= value >> 31
    return value == 0 ? 1 : value
  }
}
