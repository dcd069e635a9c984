/// A moment of wall-clock time, in microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }
  package init(seconds: Int64) { self.init(microseconds: seconds * 1_000_000) }

  /// Whole seconds, as metav1.Time keeps them.
  package var seconds: Int64 {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  package func adding(_ duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(microseconds: microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }
}

// The civil calendar: http://howardhinnant.github.io/date_algorithms.html, days_from_civil and civil_from_days.
extension Timestamp {
  /// `2026-01-31T23:59:59Z`, as the API writes metav1.Time.
  package var rfc3339: String {
    let (days, second) = Self.floorDivide(seconds, 86_400)
    let (year, month, day) = Self.civil(days: days)
    return "\(Self.pad(year, 4))-\(Self.pad(month))-\(Self.pad(day))T"
      + "\(Self.pad(second / 3600)):\(Self.pad(second / 60 % 60)):\(Self.pad(second % 60))Z"
  }

  /// `2026-01-31T23:59:59.000001Z`, as the API writes metav1.MicroTime.
  package var rfc3339Micro: String {
    rfc3339.dropLast() + "." + Self.pad(microseconds - seconds * 1_000_000, 6) + "Z"
  }

  /// Reads `2026-01-31T23:59:59Z`, with or without a fraction; only UTC, as the server writes it. `nil` when it is anything else.
  package init?(rfc3339 text: String) {
    let fields = text.utf8.split(whereSeparator: { !(0x30...0x39).contains($0) }).map { Int64(String(decoding: $0, as: UTF8.self)) }
    guard fields.count >= 6, text.hasSuffix("Z"), let year = fields[0], let month = fields[1], let day = fields[2],
      let hour = fields[3], let minute = fields[4], let second = fields[5], (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    self.init(seconds: Self.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second)
  }

  private static func pad(_ number: Int64, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func floorDivide(_ number: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivide(shifted, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
