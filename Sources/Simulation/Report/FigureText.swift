import Drawing

/// Figures as people read them: three significant digits and a unit.
package enum FigureText {
  package static func text(_ value: Double, _ unit: Figure.Unit) -> String {
    switch unit {
    case .requests: value == value.rounded() ? "\(Int(value))" : significant(value)
    case .seconds: seconds(value)
    case .part: "\(fixed(value * 100, 1)) %"
    }
  }

  package static func seconds(_ value: Double) -> String {
    if value == 0 { return "0" }
    // Where 999.6 ms would be rounded to 1000 ms, it is a second.
    return value.magnitude < 0.9995 ? "\(significant(value * 1000)) ms" : "\(significant(value)) s"
  }

  /// Three digits, and those before the decimal point: 0.0123, 1.23, 12.3, 123, 1234.
  package static func significant(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "?" }
    var digits = 2
    var size = value.magnitude
    while size >= 9.995, digits > 0 {
      size /= 10
      digits -= 1
    }
    while size < 0.9995, digits < 12 {
      size *= 10
      digits += 1
    }
    return fixed(value, digits)
  }

  /// With this many digits after the point.
  package static func fixed(_ value: Double, _ digits: Int) -> String { DecimalText.fixed(value, digits) }

  /// How `value` differs from `base`: in points for parts, in per cent otherwise.
  package static func difference(_ value: Double, from base: Double, _ unit: Figure.Unit) -> String {
    func signed(_ number: Double, _ digits: Int) -> String {
      let text = fixed(number, digits)
      return number > 0 && text.contains { $0 != "0" && $0 != "." } ? "+\(text)" : text
    }
    if unit == .part { return "\(signed((value - base) * 100, 1)) pt" }
    if value == base { return "=" }
    guard base != 0 else { return "new" }
    let change = (value / base - 1) * 100
    // Beyond twice as much, a factor says more than a percentage.
    return change > 100 ? "x\(significant(value / base))" : "\(signed(change, change.magnitude < 10 ? 1 : 0)) %"
  }
}
