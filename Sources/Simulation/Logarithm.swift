/// The natural logarithm without a C library, so that runs are the same bit by bit on every platform.
package enum Logarithm {
  /// ln(m · 2ᵉ) = e · ln 2 + 2 · artanh((m − 1) ÷ (m + 1)); the series is exact to a double's last bits after 20 terms.
  package static func natural(_ value: Double) -> Double {
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

  /// e to the power of `value`, likewise: e^x = 2^k · e^r with |r| ≤ ln 2 ÷ 2, where the series is exact after 20 terms.
  package static func exponential(_ value: Double) -> Double {
    guard value > -700 else { return 0 }
    guard value < 700 else { return .infinity }
    let (high, low) = (0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10)
    let power = (value / 0.693_147_180_559_945_3).rounded()
    let rest = value - power * high - power * low
    var term = 1.0
    var sum = 1.0
    for index in 1...20 {
      term *= rest / Double(index)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(power), significand: 1) * sum
  }
}
