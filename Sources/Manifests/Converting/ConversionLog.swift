/// What a conversion changed, and what it could not change: each with the document and the field.
package struct ConversionLog: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    /// The document's place in the stream, from 0.
    package var document: Int
    /// A path such as `spec.rules[0].hosts`; empty for the whole document.
    package var field: String
    /// A sentence without a full stop: what was done and why, or what to write instead.
    package var text: String
  }

  package private(set) var changes: [Entry] = []
  package private(set) var problems: [Entry] = []

  mutating func change(_ document: Int, _ field: String, _ text: String) {
    changes.append(Entry(document: document, field: field, text: text))
  }

  mutating func problem(_ document: Int, _ field: String, _ text: String) {
    let entry = Entry(document: document, field: field, text: text)
    if !problems.contains(entry) { problems.append(entry) }
  }

  mutating func sort() {
    changes = changes.enumerated().sorted { ($0.element.document, $0.offset) < ($1.element.document, $1.offset) }.map(\.element)
    problems = problems.enumerated().sorted { ($0.element.document, $0.offset) < ($1.element.document, $1.offset) }.map(\.element)
  }
}
