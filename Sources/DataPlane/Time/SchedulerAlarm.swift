import Scheduling
import Synchronization

/// The soonest moment at which a scheduler wants to be asked although nothing has happened, over all pools.
final class SchedulerAlarm: Sendable {
  private let soonest = Atomic<UInt64>(.max)

  /// - Returns: Whether this is sooner than what was asked for before, so that the first loop must be told.
  func ask(for time: MonotonicTime) -> Bool {
    var known = soonest.load(ordering: .relaxed)
    while time.nanoseconds < known {
      let (exchanged, original) = soonest.compareExchange(expected: known, desired: time.nanoseconds, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      known = original
    }
    return false
  }

  /// In nanoseconds; `.max` when nothing is asked for.
  var time: UInt64 { soonest.load(ordering: .acquiring) }

  func clear() { soonest.store(.max, ordering: .releasing) }
}
