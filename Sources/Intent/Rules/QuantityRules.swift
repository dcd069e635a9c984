/// Everything with a number. Each rule looks at the words around one number; the first that understands them takes it.
enum QuantityRules {
  static func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    var rate = RateRule()
    var latency = LatencyRule()
    for amount in Amount.all(in: reading) where reading.isFree(amount.place) {
      guard amount.value.isFinite else {
        understanding.note("The number in \"\(reading.words(amount.start..<(amount.place + 2)))\" is too large; it was not used.")
        continue
      }
      let amount = amount.withComparators(reading)
      if PowerPriceRule.apply(amount, to: &reading, &understanding) { continue }
      if MoneyRule.apply(amount, to: &reading, &understanding) { continue }
      if ContextRule.apply(amount, to: &reading, &understanding) { continue }
      if TokenRule.apply(amount, to: &reading, &understanding) { continue }
      if rate.apply(amount, to: &reading, &understanding) { continue }
      if AcceleratorCountRule.apply(amount, to: &reading, &understanding) { continue }
      if latency.apply(amount, to: &reading, &understanding) { continue }
      if PeopleRule.apply(amount, to: &reading, &understanding) { continue }
      MoneyRule.applyWithoutCurrency(amount, to: &reading, &understanding)
    }
    AcceleratorCountRule.applyWithoutNumber(to: &reading, &understanding)
    rate.finish(&understanding)
  }
}

extension Understanding {
  /// Takes a number of which a text may hold several: the first stays, unless the text corrects itself (`actually 800`).
  mutating func offer(_ finding: Finding, isCorrection: Bool) {
    guard let earlier = self[finding.field], !isCorrection else {
      set(finding)
      return
    }
    if earlier.value != finding.value {
      note("\"\(earlier.words)\" was taken for \(finding.field.title); \"\(finding.words)\" was not used.")
    }
  }
}

extension Reading {
  private static let corrections: Set<String> = ["actually", "sorry", "correction", "wait", "rather", "mean", "oops"]

  /// Shortly before a number: `sorry, I mean 800`.
  func isCorrection(before place: Int) -> Bool {
    (1...4).contains { stem(place - $0).map(Self.corrections.contains) ?? false }
  }
}
