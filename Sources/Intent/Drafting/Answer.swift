import Planning

/// What a person answers to a question: a choice by number or name, a value in words, or that it is not known.
package enum Answer {
  private static let unknown: Set<String> = [
    "", "?", "i don't know", "i dont know", "don't know", "dont know", "idk", "dunno", "unknown", "not sure", "no idea", "skip", "default",
    "i do not know",
    "no clue", "unsure", "i'm not sure", "i am not sure", "pass", "n/a", "whatever", "tbd", "i have no idea", "you decide", "no preference",
  ]
  private static let noLimit: Set<String> = [
    "no limit", "none", "no", "unlimited", "no budget", "no max", "no maximum", "any", "infinite", "no budget limit", "money is no object",
  ]

  /// Takes `answer` to the question for `field`. `false` when it cannot be understood: nothing was taken.
  package static func take(_ answer: String, for field: Field, in understanding: inout Understanding, knowledge: Knowledge) -> Bool {
    let plain = normal(answer)
    if unknown.contains(plain) {
      understanding.unknown.insert(field)
      return true
    }
    if let question = choices(of: field) {
      let number = Int(plain).flatMap { question.indices.contains($0 - 1) ? question[$0 - 1] : nil }
      if let value = number ?? question.first(where: { $0 == plain || $0 == plain.replacingSpaces }) {
        understanding.set(finding(field, .text(value), answer))
        return true
      }
    }
    if field == .maxMonthlyUSD, noLimit.contains(plain) {
      understanding.unknown.insert(field)
      return true
    }
    return read(answer, field, &understanding, knowledge)
  }

  private static func read(
    _ answer: String, _ field: Field, _ understanding: inout Understanding, _ knowledge: Knowledge
  ) -> Bool {
    let context = field == .maxMonthlyUSD ? "budget of " : ""
    let read = Extractor.understanding(of: context + answer, knowledge: knowledge)
    let related: [Field]
    switch field {
    case .users: related = [.users, .expectedQPS, .peakQPS]
    case .maxMonthlyUSD: related = [.maxMonthlyUSD, .maxHourlyUSD, .budgetPolicy]
    default: related = [field]
    }
    guard related.contains(where: { read[$0] != nil }) else {
      // A bare number is an answer to a question for a number.
      let numbers = Amount.all(in: Reading(answer))
      guard field == .users, numbers.count == 1, let value = numbers.first?.value, Field.users.range?.contains(value) == true else {
        return false
      }
      understanding.set(finding(.users, .number(value.rounded()), answer))
      return true
    }
    // Whatever else the answer says is welcome where the text said nothing.
    for found in read.inOrder where related.contains(found.field) || understanding[found.field] == nil {
      understanding.set(finding(found.field, found.value, answer))
    }
    return true
  }

  private static func finding(_ field: Field, _ value: Finding.Value, _ answer: String) -> Finding {
    Finding(field, value, words: String(answer.prefix(120)), confidence: .high, origin: .answer)
  }

  private static func choices(of field: Field) -> [String]? {
    switch field {
    case .useCase: UseCaseName.allCases.map(\.rawValue)
    case .priority: Priority.allCases.map(\.rawValue)
    default: nil
    }
  }

  private static func normal(_ answer: String) -> String {
    var text = answer.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    text = String(text.map { $0 == "\u{2019}" ? "'" : $0 })
    while let last = text.last, ".!,".contains(last) { text.removeLast() }
    return text
  }
}

extension String {
  fileprivate var replacingSpaces: String { String(map { $0 == " " ? "_" : $0 }) }
}
