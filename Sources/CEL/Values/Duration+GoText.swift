extension Duration {
  /// A duration as Go writes it: `1h30m`, `1.5s`, `-10ms`; `nil` when the text is none.
  package init?(goText text: String) {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    if rest == "0" {
      self = .zero
      return
    }
    var total: Int128 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
      rest = rest.dropFirst(unit.count)
      let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let scale = Self.units[String(unit)], number.contains(where: \.isNumber), parts.count <= 2, number.count <= 19,
        let whole = Int128(parts[0].isEmpty ? "0" : parts[0])
      else { return nil }
      total += whole * scale
      if parts.count == 2, !parts[1].isEmpty {
        guard let fraction = Double("0." + parts[1]) else { return nil }
        total += Int128((fraction * Double(scale)).rounded())
      }
      guard total <= Int128(Int64.max) else { return nil }
    }
    self = .nanoseconds(Int64(isNegative ? -total : total))
  }

  private static let units: [String: Int128] = [
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
  ]

  var nanoseconds: Int64 {
    let parts = components
    return parts.seconds &* 1_000_000_000 &+ parts.attoseconds / 1_000_000_000
  }
}
