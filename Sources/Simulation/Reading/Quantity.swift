import JSON
import PolicyFormat

/// Numbers with units, as people write them in a scenario.
enum Quantity {
  /// The longest time that a scenario may speak of: a year.
  static let longest = 366.0 * 86_400

  /// `200ms`, `1.5s`, `2m`, `1h`: in seconds. `nil` when it is anything else.
  static func seconds(_ text: String) -> Double? {
    let units: [(String, Double)] = [("µs", 1e-6), ("us", 1e-6), ("ms", 1e-3), ("min", 60), ("s", 1), ("m", 60), ("h", 3600)]
    for (unit, factor) in units {
      guard let number = number(text, before: unit) else { continue }
      return number * factor
    }
    return nil
  }

  /// `12/s`, `600/min`, `100/h`: a second. `nil` when it is anything else.
  static func perSecond(_ text: String) -> Double? {
    let units: [(String, Double)] = [("/s", 1), ("/min", 60), ("/m", 60), ("/h", 3600)]
    for (unit, seconds) in units {
      if let number = number(text, before: unit) { return number / seconds }
    }
    return nil
  }

  /// `1.2x`. `nil` when it is anything else.
  static func multiple(_ text: String) -> Double? { number(text, before: "x") }

  /// `95 %`, as 0.95. `nil` when it is anything else.
  static func part(_ text: String) -> Double? { number(text, before: "%").map { $0 / 100 } }

  static func number(_ text: String) -> Double? { Double(trimmed(text)).flatMap { $0.isFinite ? $0 : nil } }

  static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }

  private static func number(_ text: String, before unit: String) -> Double? {
    let text = trimmed(text)
    return text.hasSuffix(unit) ? number(String(text.dropLast(unit.count))) : nil
  }
}

extension FieldReader {
  /// A time such as `200ms`, in whole nanoseconds.
  mutating func duration(_ field: String, positive: Bool = false) throws(PolicyError) -> Duration? {
    guard let value = value(field) else { return nil }
    return try Self.duration(value, path: path(field), positive: positive)
  }

  mutating func requiredDuration(_ field: String, positive: Bool = false) throws(PolicyError) -> Duration {
    guard let duration = try duration(field, positive: positive) else {
      throw PolicyError(path: path(field), reason: "is missing: write a time such as 200ms, 1.5s, 2m or 1h")
    }
    return duration
  }

  static func duration(_ value: JSONValue, path: String, positive: Bool = false) throws(PolicyError) -> Duration {
    // Zero needs no unit.
    let seconds = value.double == 0 ? 0 : value.string.flatMap(Quantity.seconds)
    guard let seconds, seconds >= 0, seconds <= Quantity.longest, !positive || seconds > 0 else {
      let more = positive ? " above 0" : ""
      throw PolicyError(path: path, reason: "is \(value.described): write a time\(more) with its unit, such as 200ms, 1.5s, 2m or 1h")
    }
    return Duration(inSeconds: seconds)
  }

  /// A number, or a part such as `30 %`, from 0 to 1.
  mutating func part(_ field: String) throws(PolicyError) -> Double? {
    guard let value = value(field) else { return nil }
    guard let part = value.double ?? value.string.flatMap(Quantity.part), (0...1).contains(part) else {
      throw PolicyError(path: path(field), reason: "is \(value.described): write a part such as 0.3 or 30 %")
    }
    return part
  }

  mutating func integer(_ field: String, in range: ClosedRange<Int>) throws(PolicyError) -> Int? {
    guard let integer = try integer(field) else { return nil }
    guard range.contains(integer) else {
      throw PolicyError(path: path(field), reason: "is \(integer): write an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }
}
