/// Which of the nine use cases is meant: phrases of each, with weights; the heaviest sum wins.
enum UseCaseRule {
  struct Hint: Sendable {
    let useCase: UseCaseName
    let weight: Int
  }

  static let lexicon = Lexicon<Hint>(
    UseCaseName.allCases.map { (Hint(useCase: $0, weight: 10), [$0.rawValue, $0.rawValue.replacingUnderscores]) }
      + UseCasePhrases.all.map { (Hint(useCase: $0.useCase, weight: $0.weight), $0.phrases) })

  static func apply(to reading: inout Reading, _ understanding: inout Understanding) {
    var weights: [UseCaseName: Int] = [:]
    var words: [UseCaseName: Range<Int>] = [:]
    for match in lexicon.matches(in: reading.tokens) where reading.isFree(match.range) || match.meaning.weight >= 3 {
      let useCase = match.meaning.useCase
      if reading.isNegated(before: match.range.lowerBound) {
        weights[useCase, default: 0] -= match.meaning.weight
        continue
      }
      weights[useCase, default: 0] += match.meaning.weight
      // The heaviest words are the evidence; they come first in what is shown.
      words[useCase] = words[useCase] ?? match.range
    }
    combine(&weights, &words, reading)
    let ranked = weights.filter { $0.value > 0 }.sorted { left, right in
      (right.value, order(left.key)) < (left.value, order(right.key))
    }
    guard let best = ranked.first, let range = words[best.key] else { return }
    let second = ranked.dropFirst().first
    let margin = best.value - (second?.value ?? 0)
    let confidence: Finding.Confidence = margin <= 0 || best.value == 1 ? .low : best.value >= 3 && margin >= 2 ? .high : .medium
    let note = margin <= 1 ? second.map { "or \($0.key.rawValue)" } : nil
    understanding.set(reading.finding(.useCase, .text(best.key.rawValue), range, confidence, note: note))
  }

  /// Of equal weight the special wins over the general.
  private static func order(_ useCase: UseCaseName) -> Int {
    let order: [UseCaseName] = [
      .researchLegalAnalysis, .longDocumentSummarization, .documentAnalysisRAG, .codeCompletion, .codeGenerationDetailed, .translation,
      .summarizationShort, .contentGeneration, .chatbotConversational,
    ]
    return order.firstIndex(of: useCase) ?? order.count
  }

  /// Two hints together that mean a third thing.
  private static func combine(_ weights: inout [UseCaseName: Int], _ words: inout [UseCaseName: Range<Int>], _ reading: Reading) {
    // Summaries of what is long.
    if let short = weights[.summarizationShort], short > 0, let long = LongTextRule.evidence(in: reading) {
      weights[.longDocumentSummarization, default: 0] += short + 1
      let summary = words[.summarizationShort] ?? long
      words[.longDocumentSummarization] = summary.lowerBound <= long.lowerBound ? summary : long
    }
    // Whoever completes code writes code: the general words say nothing more.
    if let completion = weights[.codeCompletion], completion >= 3, let code = weights[.codeGenerationDetailed] {
      weights[.codeGenerationDetailed] = code - 2
    }
    // An assistant that searches documents, or writes code, is more than a chatbot.
    if let chat = weights[.chatbotConversational], chat > 0 {
      for special in [UseCaseName.documentAnalysisRAG, .codeGenerationDetailed, .researchLegalAnalysis] {
        if let weight = weights[special], weight >= 3 { weights[special] = weight + Swift.min(chat, 3) }
      }
    }
    // Law is a subject of summaries, chats and searches as well; what is said to be done with it decides only when it is said strongly.
    if let legal = weights[.researchLegalAnalysis], legal >= 3, let short = weights[.summarizationShort], short > 0 {
      weights[.researchLegalAnalysis] = legal + short
    }
  }
}

/// Words that make a text long.
enum LongTextRule {
  private static let lexicon = Lexicon<Bool>([
    (
      true,
      [
        "long document", "long documents", "long report", "long pdf", "long text", "long paper", "book", "books", "novel", "whitepaper",
        "annual report", "research paper", "scientific paper", "academic paper", "thesis", "dissertation", "multi page", "many pages",
        "entire report", "full report", "lengthy", "long form", "long transcript", "hundred page", "pages long", "manual", "long article",
        "very long", "multipage", "10 k filing", "papers", "long files", "longer documents", "large document", "large documents",
      ]
    )
  ])

  /// `200-page`, or one of the words.
  static func evidence(in reading: Reading) -> Range<Int>? {
    for place in 0..<reading.count {
      if let match = lexicon.match(at: place, in: reading.tokens), !reading.isNegated(before: place) { return match.range }
      if let number = reading[place]?.number, number >= 10 {
        let unit = reading.stem(place + 1) == "-" ? place + 2 : place + 1
        if reading.stem(unit) == "page", !["per", "/", "a"].contains(reading.stem(unit + 1) ?? "") { return place..<(unit + 1) }
      }
    }
    return nil
  }
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}
