/// The natural logarithm without a C library, so that plans are the same bit by bit on every platform.
enum Logarithm {
  /// ln(m · 2ᵉ) = e · ln 2 + 2 · artanh((m − 1) ÷ (m + 1)); the series is exact to a double's last bits after 20 terms.
  static func natural(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value == 0 ? -.infinity : .nan }
    let ratio = (value.significand - 1) / (value.significand + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    for index in 0..<20 {
      sum += term / Double(2 * index + 1)
      term *= square
    }
    return Double(value.exponent) * 0.693_147_180_559_945_3 + 2 * sum
  }
}
