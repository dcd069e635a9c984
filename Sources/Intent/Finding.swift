/// One thing that a text says: the value, the words it was read from, and how sure the reading is.
package struct Finding: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case number(Double)
    case text(String)
    case names([String])
  }

  package enum Confidence: String, Sendable, Hashable, Comparable, CaseIterable {
    /// A guess from a hint, such as `hundreds`.
    case low
    /// The wording is clear and what it means here was concluded.
    case medium
    /// Said in so many words, with its unit.
    case high

    package static func < (left: Confidence, right: Confidence) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  package enum Origin: String, Sendable, Hashable {
    case rules
    /// A language model, which the user named.
    case model
    /// What the user answered to a question.
    case answer
  }

  package var field: Field
  package var value: Value
  /// The words of the text, as they were written.
  package var words: String
  /// The place of the words in the text, in UTF-8 bytes; empty for an answer.
  package var range: Range<Int>
  package var confidence: Confidence
  package var origin: Origin
  /// What was concluded on the way: `0.5 million people`.
  package var note: String?

  package init(
    _ field: Field, _ value: Value, words: String, range: Range<Int> = 0..<0, confidence: Confidence, origin: Origin = .rules,
    note: String? = nil
  ) {
    self.field = field
    self.value = value
    self.words = words
    self.range = range
    self.confidence = confidence
    self.origin = origin
    self.note = note
  }

  package var number: Double? { if case .number(let value) = value { value } else { nil } }
  package var text: String? { if case .text(let value) = value { value } else { nil } }
  package var names: [String]? { if case .names(let value) = value { value } else { nil } }
}

/// What a person wants most. Each is a ranking of the plans.
package enum Priority: String, Sendable, Hashable, CaseIterable {
  case balanced, cost, latency, accuracy, simplicity
}
