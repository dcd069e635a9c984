extension SwiftSource {
  struct Function {
    /// `path:line: declaration`
    let place: String
    /// Lines from its name to the closing brace.
    let length: Int
  }

  /// The functions, initializers and subscripts that have a body.
  var functions: [Function] {
    code.indices.compactMap { line in
      guard code[line].contains(#/^\s*((@\w+(\(.*?\))?|\w+(\(set\))?)\s+)*(func\s+\S|init[?!]?\s*[(<]|deinit\b|subscript\s*[(<])/#),
        let end = endOfBody(from: line)
      else { return nil }
      return Function(place: "\(path):\(line + 1): \(lines[line].trimmed)", length: end - line + 1)
    }
  }

  /// The line of the brace that closes the body of what is declared on a line; `nil` for a requirement of a protocol.
  private func endOfBody(from start: Int) -> Int? {
    var parentheses = 0
    var braces = 0
    for line in start..<code.count {
      for character in code[line] {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{": braces += 1
        case "}":
          braces -= 1
          if braces < 0 { return nil }
          if braces == 0, parentheses == 0 { return line }
        default: break
        }
      }
      if braces == 0, parentheses == 0, !continues(after: line) { return nil }
    }
    return nil
  }

  /// Whether the declaration goes on in the next line: with its result, a clause, or the opening brace.
  private func continues(after line: Int) -> Bool {
    guard code.indices.contains(line + 1) else { return false }
    let next = code[line + 1].trimmed
    return ["{", "->", "where", "throws", "async", ")"].contains { next.hasPrefix($0) } || code[line].hasSuffix("->")
  }
}
