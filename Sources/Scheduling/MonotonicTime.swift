/// A moment on a monotonic clock, in nanoseconds since an arbitrary origin: the only time a scheduler knows.
package struct MonotonicTime: Hashable, Comparable, Sendable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static let zero = MonotonicTime(nanoseconds: 0)

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The time that has passed since `earlier`; zero when `earlier` is later.
  package func since(_ earlier: MonotonicTime) -> Duration { .nanoseconds(Int64(nanoseconds(since: earlier))) }

  /// The same in nanoseconds: a `Duration` has 128 bits, which to take apart costs divisions.
  @inlinable package func nanoseconds(since earlier: MonotonicTime) -> UInt64 {
    nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
  }

  package func advanced(by duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    let delta = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    return MonotonicTime(nanoseconds: delta < 0 ? nanoseconds - UInt64(-delta) : nanoseconds + UInt64(delta))
  }
}
