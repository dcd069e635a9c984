/// Every word that some rule knows: none of them is a spelling mistake of another.
enum Vocabulary {
  static let words: Set<String> = UseCaseRule.lexicon.words.union(PriorityRule.lexicon.words).union(PriorityRule.emphasis.words)
    .union(Units.people).union(Units.requests).union(Reading.negators).union(Spelling.distinctive.map { Token.stem(of: $0) })
    .union([
      "contact", "custom", "customize", "private", "secure", "contain", "request", "person", "seconds", "minute", "quickly", "service",
    ])
}
