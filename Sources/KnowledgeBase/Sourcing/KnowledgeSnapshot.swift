import Foundation
import Planning

/// What was known at a moment.
package struct KnowledgeSnapshot: Sendable {
  /// Why it is not what the source holds now.
  package struct Trouble: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    /// When it was first noticed.
    package let since: Date

    package init(text: String, since: Date) {
      self.text = text
      self.since = since
    }

    package var description: String { text }
  }

  package let knowledge: Knowledge
  package let patterns: [WorkloadPattern]
  /// Where it is from, for people: the shipped facts, a file, or a server without the password.
  package let origin: String
  package let loadedAt: Date
  /// `nil` while the source is well. Otherwise the last good facts are in ``knowledge``, and here is since when.
  package var trouble: Trouble?
}
