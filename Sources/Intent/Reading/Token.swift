/// A piece of a sentence: a word, a number or a sign.
struct Token: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case word
    case number(Double)
    case sign
    /// The end of a sentence or of a line.
    case stop
  }

  var kind: Kind
  /// In lower case, with British spellings as American ones; for a number as it was written.
  var text: String
  /// ``text`` without the ending of a plural: what phrases are compared by.
  var stem: String
  /// Place in the source, in UTF-8 bytes.
  var range: Range<Int>
  /// No space before it.
  var isGlued: Bool
  /// Digits after the decimal point.
  var decimals = 0
  /// A number in words without an exact meaning: `hundreds`, `a few`.
  var isRough = false
  /// ``stem`` was corrected: the source has a spelling mistake.
  var isCorrected = false

  var number: Double? { if case .number(let value) = kind { value } else { nil } }
  var isWord: Bool { kind == .word }
  var isStop: Bool { kind == .stop }

  init(_ kind: Kind, _ text: String, _ range: Range<Int>, isGlued: Bool) {
    self.kind = kind
    self.text = text
    stem = kind == .word ? Self.stem(of: text) : text
    self.range = range
    self.isGlued = isGlued
  }

  /// The singular as far as three rules of English know it.
  static func stem(of word: String) -> String {
    let word = word.hasSuffix("'s") ? String(word.dropLast(2)) : word
    guard word.utf8.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us"), !word.hasSuffix("is") else { return word }
    if word.hasSuffix("ies"), word.utf8.count > 4 { return word.dropLast(3) + "y" }
    return String(word.dropLast())
  }
}
