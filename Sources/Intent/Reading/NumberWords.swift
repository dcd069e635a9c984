/// Numbers in words, and words after digits, become one number: `two hundred`, `a few thousand`, `half a million`, `1.5k`, `2 dozen`.
enum NumberWords {
  static func merged(_ tokens: [Token]) -> [Token] {
    var merged: [Token] = []
    var place = 0
    while place < tokens.count {
      if let (number, next) = number(at: place, in: tokens) {
        merged.append(number)
        place = next
      } else {
        merged.append(tokens[place])
        place += 1
      }
    }
    return merged
  }

  private static let units: [String: Double] = [
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "sixteen": 16, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
  ]
  private static let rough: [String: Double] = ["few": 3, "couple": 2, "several": 5]
  private static let multipliers: [String: Double] = [
    "hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9, "dozen": 12, "lakh": 1e5, "crore": 1e7, "mio": 1e6, "grand": 1000,
    "tausend": 1000, "mille": 1000, "mil": 1000,
  ]
  /// Only directly after digits: `5k`, `2m`, `1bn`.
  private static let suffixes: [String: Double] = ["k": 1000, "m": 1e6, "mm": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9]
  /// About in the middle, on a logarithmic scale, of what the word may mean.
  private static let plurals: [String: Double] = ["dozens": 36, "hundreds": 300, "thousands": 3000, "millions": 3e6]

  private static func number(at start: Int, in tokens: [Token]) -> (Token, next: Int)? {
    var place = start
    var value: Double
    var isRough = false
    let first = tokens[start]
    func word(_ index: Int) -> String? { tokens.indices.contains(index) && tokens[index].isWord ? tokens[index].text : nil }

    if let digits = first.number {
      value = digits
      place += 1
    } else if let plural = word(start).flatMap({ plurals[$0] }) {
      return rough(plural, at: start, in: tokens)
    } else {
      // `a` and `half a` count only before a multiplier.
      if word(place) == "half", word(place + 1) == "a", let next = word(place + 2), let factor = multipliers[next] {
        return (joined(0.5 * factor, start, place + 3, tokens, isRough: false), place + 3)
      }
      if word(place) == "a" || word(place) == "an" { place += 1 }
      if let unit = word(place).flatMap({ units[$0] }) {
        guard place == start else { return nil }
        value = unit
        place += 1
        if unit >= 20, let next = word(place).flatMap({ units[$0] }), next < 10 {
          value += next
          place += 1
        }
      } else if let few = word(place).flatMap({ rough[$0] }) {
        value = few
        isRough = true
        place += 1
        if word(place) == "of" { place += 1 }
        if word(place).flatMap({ plurals[$0] }) != nil { return nil }
      } else if place > start, word(place).flatMap({ multipliers[$0] }) != nil {
        value = 1
      } else {
        return nil
      }
    }
    if let suffix = word(place).flatMap({ suffixes[$0] }), tokens[place].isGlued, first.number != nil, isMultiplier(place, tokens) {
      value *= suffix
      place += 1
    }
    while let factor = word(place).flatMap({ multipliers[$0] }) {
      value *= factor
      place += 1
    }
    guard place > start else { return nil }
    var number = joined(value, start, place, tokens, isRough: isRough)
    number.decimals = place == start + 1 ? first.decimals : 0
    return (number, place)
  }

  /// `70b` and `8b` are sizes of models, `5m` before nothing that is counted may be minutes: `b` counts before a noun only.
  private static func isMultiplier(_ place: Int, _ tokens: [Token]) -> Bool {
    guard tokens[place].text == "b" else { return true }
    return tokens.indices.contains(place + 1) && ["token", "user", "people", "request", "dollar", "usd"].contains(tokens[place + 1].stem)
  }

  /// `hundreds of users`, `tens of thousands`.
  private static func rough(_ value: Double, at start: Int, in tokens: [Token]) -> (Token, next: Int) {
    var (value, place) = (value, start + 1)
    if place + 1 < tokens.count, tokens[place].text == "of", let larger = plurals[tokens[place + 1].text] {
      value *= larger / 3
      place += 2
    }
    return (joined(value, start, place, tokens, isRough: true), place)
  }

  private static func joined(_ value: Double, _ start: Int, _ end: Int, _ tokens: [Token], isRough: Bool) -> Token {
    let range = tokens[start].range.lowerBound..<tokens[end - 1].range.upperBound
    var token = Token(.number(value), tokens[start..<end].map(\.text).joined(separator: " "), range, isGlued: tokens[start].isGlued)
    token.isRough = isRough
    return token
  }
}
