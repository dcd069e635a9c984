/// `I don't know how many users`, `not sure about the budget`: the question is not asked again, and a default is taken.
enum UnknownRule {
  private static let lexicon = Lexicon<Bool>([
    (
      true,
      [
        "don't know", "dont know", "do not know", "not sure", "no idea", "unsure", "unknown", "not certain", "can't say", "hard to say",
        "haven't decided",
        "undecided", "to be decided", "tbd", "unclear", "no clue", "weiß nicht", "je ne sais pas", "no sé", "idk", "not yet known",
      ]
    )
  ])

  private static let topics: [(Set<String>, Field)] = [
    (["user", "people", "traffic", "load", "volume", "request", "qps", "many", "employee", "customer", "demand"], .users),
    (["budget", "cost", "price", "spend", "much", "money", "pay"], .maxMonthlyUSD),
    (["latency", "priority", "important", "fast", "quality", "accuracy", "matter"], .priority),
    (["use", "application", "app", "purpose", "task"], .useCase),
  ]

  static func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    for match in lexicon.matches(in: reading.tokens) {
      var end = match.range.upperBound
      while end < reading.count, end < match.range.upperBound + 8, reading[end]?.isStop == false, reading.stem(end) != ",",
        reading.stem(end) != "but"
      {
        end += 1
      }
      let named =
        named(match.range.upperBound..<end, reading) ?? named(max(0, match.range.lowerBound - 5)..<match.range.lowerBound, reading)
      guard let field = named, understanding[field] == nil else { continue }
      understanding.unknown.insert(field)
      reading.explain(match.range.lowerBound..<end)
    }
  }

  private static func named(_ range: Range<Int>, _ reading: Reading) -> Field? {
    for place in range {
      for (words, field) in topics where words.contains(reading.stem(place) ?? "") { return field }
    }
    return nil
  }
}
