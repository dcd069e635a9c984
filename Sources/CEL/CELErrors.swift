/// Why an expression cannot be compiled, in the form of cel-go: `ERROR: <input>:1:5: Syntax error: …`.
package struct CELCompileError: Error, Sendable, Equatable, CustomStringConvertible {
  package let line: Int
  package let column: Int
  package let reason: String
  /// The line of the expression that holds the mistake.
  let source: String

  package init(line: Int, column: Int, reason: String, source: String) {
    self.line = line
    self.column = column
    self.reason = reason
    self.source = source
  }

  package var description: String {
    "ERROR: <input>:\(line):\(column): \(reason)\n | \(source)\n | \(String(repeating: ".", count: max(0, column - 1)))^"
  }
}

/// Why an evaluation has no value: `no such key: x`, `divide by zero`.
package struct CELError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }

  static let costLimit = CELError("operation cancelled: actual cost limit exceeded")
  /// The expression took more steps than its limit.
  package var isCostLimit: Bool { self == .costLimit }
}
