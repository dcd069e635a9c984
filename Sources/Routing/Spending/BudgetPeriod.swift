/// For how long a budget lasts; all begin in UTC.
package enum BudgetPeriod: String, Sendable, CaseIterable {
  case hour, day, month

  /// The start of the period that a moment is in.
  ///
  /// - Parameter now: Seconds since 1970.
  package func start(_ now: Int64) -> Int64 {
    switch self {
    case .hour: now - Self.remainder(now, 3600)
    case .day: now - Self.remainder(now, 86_400)
    case .month:
      (now - Self.remainder(now, 86_400)) - 86_400 * Int64(Self.dayOfMonth((now - Self.remainder(now, 86_400)) / 86_400) - 1)
    }
  }

  private static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }

  /// 1–31, of a day counted from 1970-01-01: Howard Hinnant's civil_from_days (https://howardhinnant.github.io/date_algorithms.html).
  private static func dayOfMonth(_ days: Int64) -> Int {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    return Int(dayOfYear - (153 * month + 2) / 5 + 1)
  }
}
