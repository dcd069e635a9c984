import Scheduling

/// Moments at which something must have happened, rounded so that many of them share one wakeup.
enum Deadline {
  /// The moment `delay` nanoseconds after `now`, in nanoseconds, at most a sixteenth of `delay` later: an idle process with thousands of
  /// connections wakes a few times in the length of its time-out, not once for every connection.
  @inline(__always) static func after(_ delay: UInt64, _ now: MonotonicTime) -> UInt64 {
    let exact = now.nanoseconds &+ delay
    let slack = delay >> 4
    guard slack > 0 else { return exact }
    let grain = UInt64(1) << UInt64(63 &- slack.leadingZeroBitCount)
    return (exact &+ grain &- 1) & ~(grain &- 1)
  }
}
