/// Labels of ticks: as short as the number allows.
package enum TickText {
  package static func number(_ value: Double) -> String { shortened(DecimalText.fixed(value, value.magnitude < 10 ? 2 : 0)) }

  /// Each in the unit that suits it: for logarithmic axes.
  package static func seconds(_ value: Double) -> String {
    if value == 0 { return "0" }
    if value >= 0.9999 { return "\(number(value)) s" }
    if value >= 0.000_999_9 { return "\(number(value * 1000)) ms" }
    return "\(number(value * 1e6)) µs"
  }

  /// The unit in which all times up to `most` seconds are written.
  package static func unit(_ most: Double) -> (seconds: Double, name: String) {
    if most > 7200 { return (3600, "h") }
    if most > 240 { return (60, "min") }
    return most > 1 ? (1, "s") : (0.001, "ms")
  }

  /// In the unit of the longest time that is shown.
  package static func time(_ value: Double, upTo most: Double) -> String {
    let unit = unit(most)
    return value == 0 ? "0" : "\(number(value / unit.seconds)) \(unit.name)"
  }

  private static func shortened(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
