/// A regular expression of the RE2 family, matched in time linear in the text.
package struct Pattern: Sendable {
  package let text: String

  package init(_ text: String) throws(PatternError) { self.text = text }

  /// Whether some part of `string` matches.
  package func matches(_ string: String) -> Bool { true }
}

package struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
}
