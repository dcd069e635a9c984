/// A parsed regular expression.
indirect enum PatternNode: Sendable {
  case empty
  case scalars(ScalarClass)
  case assertion(PatternAssertion)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  /// `maximum` is `nil` without an upper bound.
  case repetition(PatternNode, minimum: Int, maximum: Int?, greedy: Bool)
}

/// A place in the text that consumes nothing.
enum PatternAssertion: Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}
