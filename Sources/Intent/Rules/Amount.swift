/// A number of the text with the words around it that belong to it.
struct Amount {
  /// The token of the number; of a range the upper one.
  let place: Int
  /// Where its words begin: at the lower number of a range, at `under`, at the currency.
  var start: Int
  let value: Double
  let decimals: Int
  /// `the upper end of the range`.
  let note: String?

  /// A specification has some twenty; a bound for hostile texts.
  private static let maximumCount = 200

  /// Every number of the text that no other rule has read; the lower ends of ranges are part of their upper ends.
  static func all(in reading: Reading) -> [Amount] {
    var amounts: [Amount] = []
    var lower: Int?
    for place in 0..<reading.count where amounts.count < maximumCount {
      guard let token = reading[place], let value = token.number, reading.isFree(place) else { continue }
      if isLowerEnd(place, in: reading) {
        lower = lower ?? place
        continue
      }
      let isNegative = reading.stem(place - 1) == "-" && (reading[place - 1].map { !$0.isGlued } ?? false) && token.isGlued
      amounts.append(
        Amount(
          place: place, start: lower ?? (isNegative ? place - 1 : place), value: isNegative ? -value : value, decimals: token.decimals,
          note: lower == nil ? nil : "the upper end of the range"))
      lower = nil
    }
    return amounts
  }

  /// Followed by another number: `100-200`, `100 to 200`, `between 100 and 200`.
  private static func isLowerEnd(_ place: Int, in reading: Reading) -> Bool {
    var next = place + 1
    if reading.stem(next) == "$" || reading.stem(next) == "€" { next += 1 }
    guard let sign = reading.stem(next), ["-", "–", "—", "to", "and", "bis"].contains(sign) else { return false }
    if sign == "and", !["between", "from"].contains(where: { reading.stem(place - 1) == $0 || reading.stem(place - 2) == $0 }) {
      return false
    }
    var other = next + 1
    if ["$", "€", "£"].contains(reading.stem(other) ?? "") { other += 1 }
    return reading[other]?.number != nil && reading.isFree(other)
  }

  private static let comparators: Set<String> = [
    "under", "below", "less", "than", "<", "=", "≤", "~", "at", "most", "max", "maximum", "within", "no", "more", "up", "to", "about",
    "around",
    "roughly", "approximately", "approx", "only", "exactly", "over", "least", ">", "≥", "nearly", "almost", "some", "circa",
  ]

  /// With the words of comparison before the number.
  func withComparators(_ reading: Reading) -> Amount {
    var amount = self
    while let stem = reading.stem(amount.start - 1), Self.comparators.contains(stem), reading.isFree(amount.start - 1) { amount.start -= 1 }
    if let stem = reading.stem(amount.start), ["to", "than", "no", "some"].contains(stem), amount.start < place,
      reading.stem(amount.start + 1).map({ !Self.comparators.contains($0) }) ?? true
    {
      amount.start += 1
    }
    return amount
  }

  /// Whether the words before the number set a floor: `at least 5`, `more than 5`, `> 5`; `no more than 5` does not.
  func isFloor(_ reading: Reading) -> Bool {
    let before = (0..<4).reversed().compactMap { reading.stem(start - 1 - $0) }.joined(separator: " ") + " "
    if before.hasSuffix("no more than ") || before.hasSuffix("not more than ") { return false }
    return ["at least ", "more than ", "> ", "≥ ", "> = ", "over ", "above ", "minimum ", "minimum of ", "exceeding "].contains(
      where: before.hasSuffix)
  }
}
