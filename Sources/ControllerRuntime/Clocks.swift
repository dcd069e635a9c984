import Foundation
import Kubernetes

/// Where the runtime takes its time from; the cores below get it as parameters.
package enum Clocks {
  private static let origin = ContinuousClock.now

  /// Monotonic time since some moment of this process; it counts while the machine sleeps.
  package static func monotonic() -> Duration { origin.duration(to: .now) }

  /// The time of day, RFC 3339 with seconds, as conditions have it.
  package static func wall() -> String { RFC3339.text(seconds: now().seconds) }

  /// The time of day, RFC 3339 with microseconds, as leases and events have it.
  package static func wallMicro() -> String {
    let time = now()
    return RFC3339.text(seconds: time.seconds, microseconds: time.microseconds)
  }

  private static func now() -> (seconds: Int, microseconds: Int) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return (time.tv_sec, time.tv_nsec / 1000)
  }
}
