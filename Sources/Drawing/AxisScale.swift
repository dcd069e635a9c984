/// Maps values to places on an axis, and knows which values to label.
package struct AxisScale: Sendable {
  package enum Kind: Sendable { case linear, logarithmic }

  package let kind: Kind
  package let least: Double
  package let most: Double
  /// In pixels; `start` may be below `end` of the page, as in y axes.
  package let start: Double
  package let end: Double
  package let ticks: [Double]

  /// From zero to a round number that is not below `most`.
  package static func linear(to most: Double, from start: Double, to end: Double, ticks wanted: Int = 5) -> AxisScale {
    let most = most > 0 ? most : 1
    let step = roundStep(most / Double(wanted))
    let top = (most / step - 1e-9).rounded(.up) * step
    var ticks: [Double] = []
    while Double(ticks.count) * step <= top * (1 + 1e-9) { ticks.append(Double(ticks.count) * step) }
    return AxisScale(kind: .linear, least: 0, most: top, start: start, end: end, ticks: ticks)
  }

  /// From zero to exactly `most` seconds, with ticks that are round in the unit that most of them are written in.
  package static func time(to most: Double, from start: Double, to end: Double) -> AxisScale {
    let most = most > 0 ? most : 1
    let unit = TickText.unit(most).seconds
    let wanted = most / unit / 8
    // Halves and quarters of an hour or a minute are round too, tenths of them are not.
    let sexagesimal = unit == 1 && most > 60 ? [10.0, 15, 20, 30, 60] : []
    let step = (sexagesimal.first { $0 >= wanted } ?? roundStep(wanted)) * unit
    let ticks = (0...64).map { Double($0) * step }.filter { $0 <= most * (1 + 1e-9) }
    return AxisScale(kind: .linear, least: 0, most: most, start: start, end: end, ticks: ticks)
  }

  /// In powers of ten, with 2 and 5 between them when there are few.
  package static func logarithmic(_ least: Double, _ most: Double, from start: Double, to end: Double) -> AxisScale {
    let least = max(least, 1e-9)
    let most = max(most, least * 1.0001)
    let decades = decimal(most / least)
    let marks: [Double] = decades > 3.5 ? [1] : decades > 1.5 ? [1, 3] : decades > 0.7 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 7]
    var all: [Double] = []
    for power in -10...10 { all += marks.map { $0 * tenTo(power) } }
    let bottom = all.last { $0 <= least * 0.98 } ?? least
    let top = all.first { $0 >= most * 0.999_999 } ?? most
    return AxisScale(
      kind: .logarithmic, least: bottom, most: top, start: start, end: end,
      ticks: all.filter { $0 >= bottom * 0.999_999 && $0 <= top * 1.000_001 })
  }

  package func place(_ value: Double) -> Double {
    let part =
      switch kind {
      case .linear: (value - least) / (most - least)
      case .logarithmic: Self.decimal(max(value, least) / least) / Self.decimal(most / least)
      }
    return start + min(max(part, 0), 1) * (end - start)
  }

  /// 1, 2 or 5 times a power of ten, not below `value`.
  private static func roundStep(_ value: Double) -> Double {
    let power = Int(decimal(value).rounded(.down))
    let base = tenTo(power)
    return [1, 2, 5, 10].map { $0 * base }.first { $0 >= value * 0.999_999 } ?? value
  }

  /// The logarithm to the base of ten, of anything above zero: log₁₀(m · 2ᵉ) by the series of artanh((m − 1) ÷ (m + 1)), which is
  /// exact after 20 terms. Without a C library, so that a drawing is the same on every platform.
  package static func decimal(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value > 0 ? .infinity : -.infinity }
    let ratio = (value.significand - 1) / (value.significand + 1)
    var term = ratio
    var sum = 0.0
    for index in 0..<20 {
      sum += term / Double(2 * index + 1)
      term *= ratio * ratio
    }
    return (Double(value.exponent) * 0.693_147_180_559_945_3 + 2 * sum) / 2.302_585_092_994_045_7
  }

  private static func tenTo(_ power: Int) -> Double {
    var value = 1.0
    for _ in 0..<abs(power) { value *= 10 }
    return power < 0 ? 1 / value : value
  }
}
