import CEL

/// Ages as kubectl shows them (`duration.HumanDuration` of apimachinery): `45s`, `5m32s`, `3d4h`.
package enum HumanDuration {
  /// - Parameter seconds: whole seconds; a clock that is two seconds or more behind gives `<invalid>`.
  package static func text(seconds: Int64) -> String {
    if seconds < -1 { return "<invalid>" }
    if seconds < 120 { return "\(max(0, seconds))s" }
    let minutes = seconds / 60
    if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
    if minutes < 180 { return "\(minutes)m" }
    let hours = minutes / 60
    if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
    if hours < 48 { return "\(hours)h" }
    let days = hours / 24
    if hours < 24 * 8 { return pair(days, "d", hours % 24, "h") }
    if hours < 24 * 365 * 2 { return "\(days)d" }
    if hours < 24 * 365 * 8 { return pair(days / 365, "y", days % 365, "d") }
    return "\(days / 365)y"
  }

  private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
  }

  /// The time since a moment in RFC 3339; `<unknown>` without one, `<invalid>` when the text is none.
  static func since(_ time: String?, now: Int64) -> String {
    guard let time else { return "<unknown>" }
    guard let moment = CELTimestamp(rfc3339: time) else { return "<invalid>" }
    return text(seconds: now - moment.seconds)
  }
}
