/// Phrases with what they mean; looked up by the stems of tokens, the longest first.
struct Lexicon<Meaning: Sendable>: Sendable {
  private var phrases: [String: [(stems: [String], meaning: Meaning)]] = [:]

  /// Several phrases may mean the same.
  init(_ entries: [(Meaning, [String])]) {
    for (meaning, texts) in entries {
      for text in texts {
        let stems = Tokenizer.tokens(of: text).map(\.stem)
        if let first = stems.first { phrases[first, default: []].append((stems, meaning)) }
      }
    }
    for first in phrases.keys { phrases[first]?.sort { $0.stems.count > $1.stems.count } }
  }

  /// The longest phrase that begins at `place`.
  func match(at place: Int, in tokens: [Token]) -> (range: Range<Int>, meaning: Meaning)? {
    guard tokens.indices.contains(place), let candidates = phrases[tokens[place].stem] else { return nil }
    for (stems, meaning) in candidates where place + stems.count <= tokens.count {
      if stems.indices.allSatisfy({ tokens[place + $0].stem == stems[$0] }) { return (place..<(place + stems.count), meaning) }
    }
    return nil
  }

  /// A text that repeats itself says nothing more: a bound for hostile ones.
  private static var maximumMatches: Int { 200 }

  /// The phrases of the tokens, the longest at each place, none overlapping another.
  func matches(in tokens: [Token]) -> [(range: Range<Int>, meaning: Meaning)] {
    var found: [(Range<Int>, Meaning)] = []
    var place = 0
    while place < tokens.count, found.count < Self.maximumMatches {
      if let match = match(at: place, in: tokens) {
        found.append(match)
        place = match.range.upperBound
      } else {
        place += 1
      }
    }
    return found
  }

  var words: Set<String> { Set(phrases.values.joined().flatMap(\.stems)) }
}
