import Planning

/// All that was understood of a text.
package struct Understanding: Sendable, Hashable {
  package private(set) var findings: [Field: Finding] = [:]
  /// What the user said not to know: no question is asked, a default is taken.
  package var unknown: Set<Field> = []
  /// What was seen and not used, or used otherwise than one may expect: sentences.
  package private(set) var notes: [String] = []

  package init() {}

  package subscript(field: Field) -> Finding? { findings[field] }
  package func number(_ field: Field) -> Double? { findings[field]?.number }
  package func text(_ field: Field) -> String? { findings[field]?.text }
  package func names(_ field: Field) -> [String]? { findings[field]?.names }
  package var priority: Priority? { text(.priority).flatMap(Priority.init(rawValue:)) }

  /// In the order of ``Field``.
  package var inOrder: [Finding] { Field.allCases.compactMap { findings[$0] } }

  /// Takes what was found; a number out of its field's range is noted and not taken.
  package mutating func set(_ finding: Finding) {
    if let number = finding.number, let range = finding.field.range {
      guard range.contains(number), !finding.field.isCount || number == number.rounded() else {
        note("\"\(finding.words)\" gives no possible value for \(finding.field.title); it was not used.")
        return
      }
    }
    findings[finding.field] = finding
    unknown.remove(finding.field)
  }

  package mutating func remove(_ field: Field) { findings[field] = nil }

  package mutating func note(_ text: String) {
    if !notes.contains(text), notes.count < Self.maximumNotes { notes.append(text) }
  }

  /// More would hide what matters: a bound for hostile texts.
  static let maximumNotes = 20
}
