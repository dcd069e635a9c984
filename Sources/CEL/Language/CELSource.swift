/// The text of an expression, for positions in messages.
struct CELSource: Sendable {
  let text: String
  let scalars: [Unicode.Scalar]

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  func error(at offset: Int, _ reason: String) -> CELCompileError {
    var line = 1
    var column = 1
    for scalar in scalars.prefix(max(0, offset)) {
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let source = line <= lines.count ? String(lines[line - 1]) : ""
    return CELCompileError(line: line, column: column, reason: reason, source: source)
  }
}
