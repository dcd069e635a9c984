/// A text as tokens, with what has been explained so far.
struct Reading {
  private(set) var tokens: [Token]
  private let source: [UInt8]
  private var isExplained: [Bool]
  /// Accelerators by the place of the last token of their name.
  var acceleratorPlaces: [Int: String] = [:]

  init(_ text: String) {
    source = Array(text.utf8)
    tokens = NumberWords.merged(Self.corrected(Tokenizer.tokens(of: text)))
    isExplained = Array(repeating: false, count: tokens.count)
  }

  /// More than so many words that are nearly others are no slips.
  private static let maximumMistakes = 20

  private static func corrected(_ tokens: [Token]) -> [Token] {
    var mistakes = 0
    return tokens.map { token in
      guard token.isWord, mistakes < maximumMistakes, !Vocabulary.words.contains(token.stem),
        let word = Spelling.correction(of: token.stem, in: Spelling.distinctive)
      else { return token }
      mistakes += 1
      var token = token
      token.stem = Token.stem(of: word)
      token.text = word
      token.isCorrected = true
      return token
    }
  }

  var count: Int { tokens.count }
  subscript(place: Int) -> Token? { tokens.indices.contains(place) ? tokens[place] : nil }

  func isFree(_ range: Range<Int>) -> Bool { range.allSatisfy { !isExplained[$0] } }
  func isFree(_ place: Int) -> Bool { isExplained.indices.contains(place) && !isExplained[place] }

  mutating func explain(_ range: Range<Int>) {
    for place in range.clamped(to: 0..<count) { isExplained[place] = true }
  }

  /// The words as they were written, on one line and not too long.
  func words(_ range: Range<Int>) -> String {
    let range = range.clamped(to: 0..<count)
    guard let first = range.first, let last = range.last else { return "" }
    let text = String(decoding: source[tokens[first].range.lowerBound..<tokens[last].range.upperBound], as: UTF8.self)
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 120 ? line.prefix(119) + "…" : line
  }

  func place(_ range: Range<Int>) -> Range<Int> {
    guard let first = range.first, let last = range.last else { return 0..<0 }
    return tokens[first].range.lowerBound..<tokens[last].range.upperBound
  }

  func finding(
    _ field: Field, _ value: Finding.Value, _ range: Range<Int>, _ confidence: Finding.Confidence = .high, note: String? = nil
  ) -> Finding {
    let highest: Finding.Confidence =
      tokens[range].contains(where: \.isRough) ? .low : tokens[range].contains(where: \.isCorrected) ? .medium : .high
    return Finding(field, value, words: words(range), range: place(range), confidence: min(confidence, highest), note: note)
  }
}

// MARK: Surroundings

extension Reading {
  func stem(_ place: Int) -> String? { self[place].map(\.stem) }

  /// Whether the stems from `place` on are these.
  func reads(_ stems: [String], at place: Int) -> Bool {
    stems.indices.allSatisfy { stem(place + $0) == stems[$0] }
  }

  /// The first place at or after `place` that is none of `stems`.
  func skipping(_ stems: Set<String>, from place: Int) -> Int {
    var place = place
    while let stem = stem(place), stems.contains(stem) { place += 1 }
    return place
  }

  /// Ends a part of a sentence: a comma, the end, or a word that turns.
  func isBoundary(_ place: Int) -> Bool {
    guard let token = self[place] else { return true }
    return token.isStop || Self.boundaries.contains(token.stem)
  }

  private static let boundaries: Set<String> = [
    ",", "but", "and", "(", ")", ":", "however", "although", "while", "und", "et", "y",
  ]

  /// The part of the sentence around `range`; no part is longer than a person can hold.
  func clause(around range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start > 0, range.lowerBound - start < 30, !isBoundary(start - 1) { start -= 1 }
    while end < count, end - range.upperBound < 30, !isBoundary(end) { end += 1 }
    return start..<end
  }
}
