/// A regular expression in the syntax of RE2 (Go's `regexp`), matched in time linear in the text.
///
/// text → ``PatternParser`` → ``PatternNode`` → ``PatternCompiler`` → instructions → ``PatternMatcher``: all states of a
/// nondeterministic automaton advance together, so that no pattern and no text can make it backtrack.
package struct Pattern: Sendable, Equatable {
  package let text: String
  let instructions: [PatternInstruction]

  package init(_ text: String) throws(PatternError) {
    self.text = text
    var parser = PatternParser(text)
    var compiler = PatternCompiler()
    instructions = try compiler.compile(try parser.parse())
  }

  /// Whether some part of `string` matches.
  package func matches(_ string: String) -> Bool {
    var matcher = PatternMatcher(instructions, Array(string.unicodeScalars))
    return matcher.find(from: 0, shortest: true) != nil
  }

  /// The parts of `string` that match, leftmost first, not overlapping; at most `limit`.
  package func finds(in string: String, limit: Int = .max) -> [String] {
    let scalars = Array(string.unicodeScalars)
    var matcher = PatternMatcher(instructions, scalars)
    var results: [String] = []
    var start = 0
    while results.count < limit, start <= scalars.count, let range = matcher.find(from: start, shortest: false) {
      var part = String.UnicodeScalarView()
      part.append(contentsOf: scalars[range])
      results.append(String(part))
      start = range.isEmpty ? range.upperBound + 1 : range.upperBound
    }
    return results
  }

  package static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }
}

/// Why a text is no regular expression, in the words of Go's `regexp/syntax`.
package struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  init(_ reason: String, _ part: String) { description = "error parsing regexp: \(reason): `\(part)`" }
}
