/// A number as people read it: at most two decimals, three significant digits below 1, thousands separated by commas.
struct Figure: CustomStringConvertible {
  private let value: Double
  private let decimals: Int?

  /// Exactly `decimals` decimals where given.
  init(_ value: Double, decimals: Int? = nil) {
    self.value = value
    self.decimals = decimals
  }

  /// An amount of money, always with cents.
  static func money(_ value: Double) -> Figure { Figure(value, decimals: 2) }

  var description: String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    var places = decimals ?? 2
    if decimals == nil {
      var bound = 0.1
      while value.magnitude < bound * 10, value != 0, bound > 1e-8 {
        places += 1
        bound /= 10
      }
    }
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (value.magnitude * scale).rounded()
    let whole = (scaled / scale).rounded(.down)
    var fraction = String(Int64(scaled - whole * scale))
    fraction = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
    if decimals == nil { while fraction.last == "0" { fraction.removeLast() } }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + Self.grouped(Int64(whole)) + (fraction.isEmpty || places == 0 ? "" : "." + fraction)
  }

  private static func grouped(_ whole: Int64) -> String {
    let digits = Array(String(whole))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
