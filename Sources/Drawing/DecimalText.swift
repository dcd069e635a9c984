/// Numbers with a fixed number of digits.
package enum DecimalText {
  /// With this many digits after the point.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "?" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e18 else { return "\(value)" }
    let whole = Int(scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let unit = Int(scale)
    let rest = "\(whole % unit)"
    return "\(sign)\(whole / unit).\(String(repeating: "0", count: digits - rest.count))\(rest)"
  }
}
