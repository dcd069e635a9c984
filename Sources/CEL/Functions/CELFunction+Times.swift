extension CELFunction {
  static let times: [CELFunction] = [
    CELFunction("timestamp", global: 1...1) { (a) throws(CELError) in
      switch a[0] {
      case .timestamp: return a[0]
      case .int(let seconds): return .timestamp(CELTimestamp(seconds: seconds))
      default:
        guard let time = CELTimestamp(rfc3339: try a.string(0, "timestamp")) else {
          throw CELError("type conversion error from 'string' to 'google.protobuf.Timestamp'")
        }
        return .timestamp(time)
      }
    },
    CELFunction("duration", global: 1...1) { (a) throws(CELError) in
      if case .duration = a[0] { return a[0] }
      guard let duration = Duration(goText: try a.string(0, "duration")) else {
        throw CELError("type conversion error from 'string' to 'google.protobuf.Duration'")
      }
      return .duration(duration)
    },
    field("getFullYear") { Int64($0.date.year) },
    field("getMonth") { Int64($0.date.month - 1) },
    field("getDate") { Int64($0.date.day) },
    field("getDayOfMonth") { Int64($0.date.day - 1) },
    field("getDayOfWeek") { ($0.days + 4).remainder(of: 7) },
    field("getDayOfYear") { $0.days - CELTimestamp.days(year: $0.date.year, month: 1, day: 1) },
    field("getHours", duration: 3_600_000_000_000) { $0.secondOfDay / 3600 },
    field("getMinutes", duration: 60_000_000_000) { $0.secondOfDay / 60 % 60 },
    field("getSeconds", duration: 1_000_000_000) { $0.secondOfDay % 60 },
    field("getMilliseconds", duration: 1_000_000) { Int64($0.nanoseconds / 1_000_000) },
  ]

  /// A part of a timestamp (in UTC, or at a fixed offset `+01:00`), or a duration in whole units.
  private static func field(_ name: String, duration unit: Int64? = nil, _ part: @escaping @Sendable (CELTimestamp) -> Int64) -> CELFunction
  {
    CELFunction(name, method: 0...1) { (a) throws(CELError) in
      switch a[0] {
      case .timestamp(var time):
        if a.count > 1 { time.seconds += try offset(try a.string(1, name)) }
        return .int(part(time))
      case .duration(let duration):
        guard let unit else { throw noOverload(name) }
        return .int(duration.nanoseconds / unit)
      default: throw noOverload(name)
      }
    }
  }

  private static func offset(_ zone: String) throws(CELError) -> Int64 {
    if zone == "UTC" || zone == "Z" { return 0 }
    let parts = zone.drop { $0 == "+" || $0 == "-" }.split(separator: ":")
    guard parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]) else {
      throw CELError("unknown time zone \(zone): only UTC and offsets such as +01:00 are known here")
    }
    return (zone.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

extension Int64 {
  /// The remainder that is never negative.
  func remainder(of divisor: Int64) -> Int64 { ((self % divisor) + divisor) % divisor }
}
