/// Cuts text into tokens, in one pass.
///
/// Numbers are read as people write them: `1,000`, `1.5k`, `1_000`, `1 000`, `2e3`. A hyphen inside a word (`low-latency`) counts as a
/// space. Whatever is no letter, digit or space becomes a sign.
struct Tokenizer {
  private let scalars: [(scalar: Unicode.Scalar, offset: Int)]
  private let end: Int
  private var place = 0
  private var tokens: [Token] = []

  static func tokens(of text: String) -> [Token] {
    var tokenizer = Tokenizer(text)
    while tokenizer.place < tokenizer.scalars.count { tokenizer.next() }
    return tokenizer.tokens
  }

  private init(_ text: String) {
    var offset = 0
    scalars = text.unicodeScalars.map { scalar in
      defer { offset += UTF8.width(scalar) }
      return (scalar, offset)
    }
    end = offset
  }

  private func scalar(_ place: Int) -> Unicode.Scalar? { scalars.indices.contains(place) ? scalars[place].scalar : nil }
  private func offset(_ place: Int) -> Int { place < scalars.count ? scalars[place].offset : end }
  private func isDigit(_ place: Int) -> Bool { scalar(place).map { ("0"..."9").contains($0) } ?? false }
  private func isLetter(_ place: Int) -> Bool { scalar(place)?.properties.isAlphabetic ?? false }
  private func isSpace(_ place: Int) -> Bool { scalar(place)?.properties.isWhitespace ?? true }

  private mutating func next() {
    if isSpace(place) {
      if scalar(place) == "\n" { add(.stop, from: place, to: place + 1) }
      place += 1
    } else if isDigit(place) || (scalar(place) == "." && isDigit(place + 1) && !isDigit(place - 1)) {
      number()
    } else if isLetter(place) {
      word()
    } else {
      sign()
    }
  }

  private mutating func add(_ kind: Token.Kind, _ text: String? = nil, from start: Int, to end: Int) {
    let written = text ?? String(String.UnicodeScalarView(scalars[start..<end].map(\.scalar)))
    tokens.append(Token(kind, written, offset(start)..<offset(end), isGlued: start > 0 && !isSpace(start - 1)))
  }

  private mutating func word() {
    let start = place
    while isLetter(place) || isDigit(place) || (isApostrophe(place) && isLetter(place + 1)) { place += 1 }
    var text = ""
    for index in start..<place { text += isApostrophe(index) ? "'" : scalars[index].scalar.properties.lowercaseMapping }
    // 2xh100 and 8x7b: the sign for times, as people type it.
    if tokens.last?.number != nil, start > 0, !isSpace(start - 1), text.hasPrefix("x"), text.utf8.count > 1 {
      place = start + 1
      add(.sign, "x", from: start, to: place)
    } else {
      add(.word, Spelling.american(text), from: start, to: place)
    }
  }

  private func isApostrophe(_ place: Int) -> Bool { scalar(place) == "'" || scalar(place) == "\u{2019}" }

  private mutating func sign() {
    let scalar = scalars[place].scalar
    let isBetweenWords = scalar == "-" && place > 0 && isLetter(place - 1) && isLetter(place + 1)
    let endsSentence = (scalar == "." || scalar == "!" || scalar == "?") && isSpace(place + 1)
    if endsSentence || scalar == ";" {
      add(.stop, from: place, to: place + 1)
    } else if !isBetweenWords {
      add(.sign, from: place, to: place + 1)
    }
    place += 1
  }
}

// MARK: Numbers

extension Tokenizer {
  private mutating func number() {
    let start = place
    var digits = ""
    while isDigit(place) { take(&digits) }
    while isGroup(after: place, in: digits) {
      place += 1
      while isDigit(place) { take(&digits) }
    }
    var decimals = 0
    if scalar(place) == ".", isDigit(place + 1) {
      take(&digits)
      while isDigit(place) {
        take(&digits)
        decimals += 1
      }
    }
    takeExponent(&digits)
    add(.number(Double(digits.hasPrefix(".") ? "0" + digits : digits) ?? .infinity), from: start, to: place)
    tokens[tokens.count - 1].decimals = decimals
  }

  private mutating func take(_ digits: inout String) {
    digits.unicodeScalars.append(scalars[place].scalar)
    place += 1
  }

  /// A separator at `place` and then three digits: `,` and `_` always, a space before `000` only, a point when there are two groups.
  private func isGroup(after place: Int, in digits: String) -> Bool {
    guard !digits.isEmpty, isDigit(place + 1), isDigit(place + 2), isDigit(place + 3), !isDigit(place + 4) else { return false }
    switch scalar(place) {
    case ",", "_", "\u{2019}", "'": return true
    case " ", "\u{A0}", "\u{202F}":
      return digits.utf8.count <= 3 && (1...3).allSatisfy { scalar(place + $0) == "0" }
    case ".": return scalar(place + 4) == "." && isDigit(place + 5) && isDigit(place + 6) && isDigit(place + 7)
    default: return false
    }
  }

  private mutating func takeExponent(_ digits: inout String) {
    guard scalar(place) == "e" || scalar(place) == "E" else { return }
    var end = place + 1
    if scalar(end) == "+" || scalar(end) == "-" { end += 1 }
    guard isDigit(end) else { return }
    while isDigit(end) { end += 1 }
    guard !isLetter(end) else { return }
    while place < end { take(&digits) }
  }
}
