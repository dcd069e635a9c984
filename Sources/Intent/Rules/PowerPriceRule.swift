/// What power costs: `0.12 USD per kWh`, `$0.15/kWh`, `15 cents a kilowatt hour`.
enum PowerPriceRule {
  static func apply(_ amount: Amount, to reading: inout Reading, _ understanding: inout Understanding) -> Bool {
    var (next, start, scale) = (amount.place + 1, amount.start, 0.0)
    if ["$", "usd"].contains(reading.stem(amount.start - 1) ?? "") { (start, scale) = (amount.start - 1, 1) }
    switch reading.stem(next) {
    case "usd", "dollar", "$": (next, scale) = (next + 1, 1)
    case "cent", "ct", "¢": (next, scale) = (next + 1, 0.01)
    default: break
    }
    guard scale > 0, ["per", "/", "a", "for", "each"].contains(reading.stem(next) ?? ""), isEnergy(next + 1, reading) else { return false }
    let end = next + (reading.stem(next + 2) == "hour" ? 3 : 2)
    reading.explain(start..<end)
    understanding.offer(reading.finding(.powerPrice, .number(amount.value * scale), start..<end), isCorrection: false)
    return true
  }

  private static func isEnergy(_ place: Int, _ reading: Reading) -> Bool {
    reading.stem(place) == "kwh" || (reading.stem(place) == "kilowatt" && reading.stem(place + 1) == "hour")
  }
}
