/// Goes through `--flag value`, `--flag=value` and plain words.
struct ArgumentWords {
  struct Word {
    let text: String
    let isFlag: Bool
  }

  private let words: [String]
  private var position = 0
  private var attached: String?

  init(_ words: [String]) { self.words = words }

  mutating func next() -> Word? {
    guard position < words.count else { return nil }
    let word = words[position]
    position += 1
    attached = nil
    guard word.hasPrefix("--") else { return Word(text: word, isFlag: false) }
    guard let equals = word.firstIndex(of: "=") else { return Word(text: word, isFlag: true) }
    attached = String(word[word.index(after: equals)...])
    return Word(text: String(word[..<equals]), isFlag: true)
  }

  mutating func value(of flag: String) throws(ArgumentProblem) -> String {
    if let value = attached {
      attached = nil
      return value
    }
    guard position < words.count, !words[position].hasPrefix("--") else { throw ArgumentProblem("\(flag) needs a value") }
    position += 1
    return words[position - 1]
  }

  /// One value and all plain words that follow.
  mutating func values(of flag: String) throws(ArgumentProblem) -> [String] {
    var values = [try value(of: flag)]
    while position < words.count, !words[position].hasPrefix("--") {
      values.append(words[position])
      position += 1
    }
    return values
  }

  /// Leaves alone what follows a flag that does not matter here.
  mutating func skipValues() {
    attached = nil
    while position < words.count, !words[position].hasPrefix("--") { position += 1 }
  }

  mutating func number(of flag: String, _ range: ClosedRange<Double>) throws(ArgumentProblem) -> Double {
    let text = try value(of: flag)
    guard let number = Double(text), range.contains(number) else {
      throw ArgumentProblem("\(flag) \(text): write a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func count(of flag: String, _ range: ClosedRange<Int>) throws(ArgumentProblem) -> Int {
    let text = try value(of: flag)
    guard let number = Int(text), range.contains(number) else {
      throw ArgumentProblem("\(flag) \(text): write a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Milliseconds: `22ms`, `1.5s`, or a plain number of milliseconds.
  mutating func milliseconds(of flag: String) throws(ArgumentProblem) -> Double {
    let text = try value(of: flag)
    let number =
      if text.hasSuffix("ms") { Double(text.dropLast(2)) } else if text.hasSuffix("s") { Double(text.dropLast()).map { $0 * 1000 } } else {
        Double(text)
      }
    guard let number, (0...86_400_000).contains(number) else { throw ArgumentProblem("\(flag) \(text): write a time such as 22ms or 1.5s") }
    return number
  }
}
