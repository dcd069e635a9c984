extension PatternParser {
  /// An escape outside of brackets.
  mutating func escape() throws(PatternError) -> PatternNode {
    let start = position
    position += 1
    guard let kind = next else { throw PatternError("trailing backslash at end of expression", "") }
    switch kind {
    case "A": return assertion(.textStart)
    case "z": return assertion(.textEnd)
    case "b": return assertion(.wordBoundary)
    case "B": return assertion(.noWordBoundary)
    case "Q": return quotation()
    default:
      var set = ScalarClass(ignoresCase: flags.ignoresCase)
      if try !shorthand(kind, into: &set) {
        let scalar = try escapedScalar(from: start)
        set.ranges = [scalar.value...scalar.value]
      }
      return .scalars(set)
    }
  }

  private mutating func assertion(_ assertion: PatternAssertion) -> PatternNode {
    position += 1
    return .assertion(assertion)
  }

  private mutating func quotation() -> PatternNode {
    position += 1
    var nodes: [PatternNode] = []
    while let scalar = next {
      position += 1
      if scalar == "\\", next == "E" {
        position += 1
        break
      }
      nodes.append(.scalars(ScalarClass(scalar, ignoresCase: flags.ignoresCase)))
    }
    return .sequence(nodes)
  }

  /// `\d`, `\W`, `\pL`, `\p{Greek}`: adds them to `set` and says whether it was one. `position` is at the letter.
  private mutating func shorthand(_ kind: Unicode.Scalar, into set: inout ScalarClass) throws(PatternError) -> Bool {
    let ranges: [ClosedRange<UInt32>]
    switch kind {
    case "d": ranges = ScalarClass.digits
    case "D": ranges = ScalarClass.complement(ScalarClass.digits)
    case "w": ranges = ScalarClass.word
    case "W": ranges = ScalarClass.complement(ScalarClass.word)
    case "s": ranges = ScalarClass.space
    case "S": ranges = ScalarClass.complement(ScalarClass.space)
    case "p", "P":
      try category(negated: kind == "P", into: &set)
      return true
    default: return false
    }
    position += 1
    set.ranges += ranges
    return true
  }

  private mutating func category(negated: Bool, into set: inout ScalarClass) throws(PatternError) {
    let start = position - 1
    position += 1
    var name = ""
    var negated = negated
    if take("{") {
      if take("^") { negated.toggle() }
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      guard take("}") else { throw PatternError("invalid character class range", text(from: start)) }
    } else if let scalar = next {
      name = String(scalar)
      position += 1
    }
    guard ScalarClass.categoryNames.contains(name) else { throw PatternError("invalid character class range", text(from: start)) }
    set.categories.append((name, negated))
  }

  /// The character of `\n`, `\x41`, `\x{1F600}`, `\.`; `position` is after the backslash.
  private mutating func escapedScalar(from start: Int) throws(PatternError) -> Unicode.Scalar {
    guard let kind = next else { throw PatternError("trailing backslash at end of expression", "") }
    position += 1
    switch kind {
    case "a": return "\u{7}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "x": return try hexadecimal(from: start)
    case "0"..."7":
      position -= 1
      return try octal(from: start)
    default:
      let isWord = ScalarClass(ScalarClass.word).contains(kind)
      guard !isWord, kind.isASCII else { throw PatternError("invalid escape sequence", text(from: start)) }
      return kind
    }
  }

  private mutating func hexadecimal(from start: Int) throws(PatternError) -> Unicode.Scalar {
    let braced = take("{")
    var digits = ""
    while let scalar = next, scalar.properties.isASCIIHexDigit, digits.count < (braced ? 6 : 2) {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    let closed = !braced || take("}")
    guard closed, braced || digits.count == 2, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
      throw PatternError("invalid escape sequence", text(from: start))
    }
    return scalar
  }

  private mutating func octal(from start: Int) throws(PatternError) -> Unicode.Scalar {
    var value: UInt32 = 0
    var count = 0
    while let scalar = next, ("0"..."7").contains(scalar), count < 3 {
      value = value * 8 + scalar.value - 48
      position += 1
      count += 1
    }
    guard scalars[start + 1] == "0" || count > 1, let scalar = Unicode.Scalar(value) else {
      throw PatternError("invalid escape sequence", text(from: start))
    }
    return scalar
  }

  /// `[a-z\d[:alpha:]]`, at the bracket.
  mutating func bracket() throws(PatternError) -> ScalarClass {
    let start = position
    position += 1
    var set = ScalarClass(ignoresCase: flags.ignoresCase)
    set.isNegated = take("^")
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      if scalar == "[", try posixClass(into: &set) { continue }
      if scalar == "\\", position + 1 < scalars.count {
        position += 1
        if try shorthand(scalars[position], into: &set) { continue }
        position -= 1
      }
      let rangeStart = position
      let low = try bracketScalar()
      var high = low
      if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
        position += 1
        high = try bracketScalar()
      }
      guard low.value <= high.value else { throw PatternError("invalid character class range", text(from: rangeStart)) }
      set.ranges.append(low.value...high.value)
    }
    guard take("]") else { throw PatternError("missing closing ]", text(from: start)) }
    return set
  }

  private mutating func bracketScalar() throws(PatternError) -> Unicode.Scalar {
    let start = position
    guard let scalar = next else { throw PatternError("missing closing ]", text(from: 0)) }
    position += 1
    return scalar == "\\" ? try escapedScalar(from: start) : scalar
  }

  private mutating func posixClass(into set: inout ScalarClass) throws(PatternError) -> Bool {
    let start = position
    guard position + 1 < scalars.count, scalars[position + 1] == ":" else { return false }
    var end = position + 2
    while end + 1 < scalars.count, scalars[end] != ":" || scalars[end + 1] != "]" { end += 1 }
    guard end + 1 < scalars.count else { return false }
    position = end + 2
    var name = text(from: start).dropFirst(2).dropLast(2)
    let isNegated = name.first == "^"
    if isNegated { name.removeFirst() }
    guard let ranges = ScalarClass.posix[String(name)] else {
      throw PatternError("invalid character class range", text(from: start))
    }
    set.ranges += isNegated ? ScalarClass.complement(ranges) : ranges
    return true
  }
}
