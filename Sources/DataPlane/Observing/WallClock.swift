import Scheduling

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns moments of the monotonic clock into times of day, as text and as nanoseconds since 1970.
struct WallClock {
  /// Bytes of what `write` writes: `2026-11-21T12:00:00.123456Z`.
  static let length = 27

  /// What to add to the monotonic clock.
  private(set) var offset: UInt64 = 0
  private var second: UInt64 = .max
  /// Of `second`: `2026-11-21T12:00:00.`.
  private var text = [UInt8](repeating: 0, count: 20)

  /// The time of day may be set, and drifts: call this now and then.
  mutating func adjust(_ now: MonotonicTime) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    offset = UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec) &- now.nanoseconds
  }

  mutating func write(_ moment: MonotonicTime, into writer: inout JSONLineWriter) {
    let nanoseconds = moment.nanoseconds &+ offset
    let whole = nanoseconds / 1_000_000_000
    if whole != second { remember(whole) }
    writer.raw(text)
    writer.fixed(Int(nanoseconds % 1_000_000_000 / 1000), digits: 6)
    writer.raw("Z")
  }

  /// The civil date of a day, by Howard Hinnant's `civil_from_days`.
  private mutating func remember(_ second: UInt64) {
    self.second = second
    let days = Int(second / 86400) + 719_468
    let era = days / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let time = Int(second % 86400)
    let fields = [
      (0, 4, year), (5, 2, month), (8, 2, dayOfYear - (153 * shifted + 2) / 5 + 1), (11, 2, time / 3600), (14, 2, time / 60 % 60),
      (17, 2, time % 60),
    ]
    text = Array("0000-00-00T00:00:00.".utf8)
    for (start, width, value) in fields {
      var rest = value
      for place in stride(from: start + width - 1, through: start, by: -1) {
        text[place] = UInt8(rest % 10) + 48
        rest /= 10
      }
    }
  }
}
