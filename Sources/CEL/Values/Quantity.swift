/// A quantity of Kubernetes as an exact decimal: `mantissa × 10^exponent`.
package struct Quantity: Sendable, Hashable, Comparable {
  /// The value in units of 10⁻⁹ (Kubernetes' finest), rounded up as Kubernetes does.
  package let nano: Int128

  package init(nano: Int128) { self.nano = nano }

  /// `nil` when the text is no quantity: `100m`, `1.5Gi`, `2e3`, `1k`.
  package init?(_ text: String) {
    var digits = Substring(text)
    let negative = digits.first == "-"
    if negative || digits.first == "+" { digits.removeFirst() }
    let number = digits.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = digits.dropFirst(number.count)
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = parts.first, number.contains(where: \.isNumber), number.filter({ $0 == "." }).count <= 1 else {
      return nil
    }
    guard let scale = Self.scale(suffix), whole.count <= 18 else { return nil }
    let fraction = parts.count == 2 ? parts[1].prefix(18) : ""
    guard let mantissa = Int128(String(whole + fraction).isEmpty ? "0" : String(whole + fraction)) else { return nil }
    var divisor: Int128 = 1
    for _ in fraction { divisor *= 10 }
    let (numerator, overflow) = mantissa.multipliedReportingOverflow(by: scale)
    guard !overflow else { return nil }
    let nano = numerator / divisor + (numerator % divisor == 0 ? 0 : 1)
    self.nano = negative ? -nano : nano
  }

  /// How many 10⁻⁹ a suffix stands for.
  private static func scale(_ suffix: Substring) -> Int128? {
    let one: Int128 = 1_000_000_000
    switch suffix {
    case "": return one
    case "n": return 1
    case "u": return 1_000
    case "m": return 1_000_000
    case "k": return one * 1_000
    case "M": return one * 1_000_000
    case "G": return one * 1_000_000_000
    case "T": return one * 1_000_000_000_000
    case "P": return one * 1_000_000_000_000_000
    case "E": return one * 1_000_000_000_000_000_000
    case "Ki": return one << 10
    case "Mi": return one << 20
    case "Gi": return one << 30
    case "Ti": return one << 40
    case "Pi": return one << 50
    case "Ei": return one << 60
    default: return exponent(suffix)
    }
  }

  private static func exponent(_ suffix: Substring) -> Int128? {
    guard suffix.first == "e" || suffix.first == "E", let power = Int(suffix.dropFirst()), (-9...18).contains(power) else { return nil }
    var scale: Int128 = 1
    for _ in 0..<(power + 9) { scale *= 10 }
    return scale
  }

  package static func < (left: Quantity, right: Quantity) -> Bool { left.nano < right.nano }

  /// Whether it has no fraction and fits `Int64`.
  package var integer: Int64? { nano % 1_000_000_000 == 0 ? Int64(exactly: nano / 1_000_000_000) : nil }
  package var double: Double { Double(nano) / 1e9 }
}
