/// What is wrong with one field of an object, and what to write instead.
package struct FieldProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Path from the root: `spec.tiers[0].weight`.
  package var field: String
  package var message: String

  package init(_ field: String, _ message: String) {
    self.field = field
    self.message = message
  }

  package var description: String { "\(field): \(message)" }
}

/// Everything that is wrong with an object, in the order of its fields.
package struct FieldProblems: Error, Sendable, Hashable, CustomStringConvertible {
  package var problems: [FieldProblem]

  package init(_ problems: [FieldProblem]) { self.problems = problems }

  /// One line for a condition's message.
  package var description: String { problems.map(\.description).joined(separator: "; ") + "." }
}
