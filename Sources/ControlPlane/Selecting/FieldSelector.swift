/// A field selector as it stands in a query: `metadata.name=web,status.phase!=Running`.
package struct FieldSelector: Sendable, Equatable {
  package struct Requirement: Sendable, Equatable {
    package var field: String
    package var value: String
    package var isEqual: Bool
  }

  package var requirements: [Requirement]

  package static let everything = FieldSelector(requirements: [])

  package init(requirements: [Requirement]) { self.requirements = requirements }

  /// Reads the text of a `fieldSelector` query parameter.
  package init(parsing text: String) throws(SelectorError) {
    requirements = []
    for clause in text.split(separator: ",") where !clause.allSatisfy(\.isWhitespace) {
      let clause = String(clause)
      guard let found = ["!=", "==", "="].lazy.compactMap({ sign in clause.range(ofText: sign).map { (sign, $0) } }).first else {
        throw SelectorError("invalid selector: '\(clause)'; can't understand '\(clause)'")
      }
      requirements.append(
        Requirement(field: String(clause[..<found.1.lowerBound]), value: String(clause[found.1.upperBound...]), isEqual: found.0 != "!="))
    }
  }

  /// The one name that this selects, if it does.
  package var name: String? {
    requirements.first { $0.field == "metadata.name" && $0.isEqual }?.value
  }

  /// The one namespace that this selects, if it does.
  package var namespace: String? {
    requirements.first { $0.field == "metadata.namespace" && $0.isEqual }?.value
  }
}
