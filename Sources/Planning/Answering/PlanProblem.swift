/// Why a request cannot be planned for at all: what is wrong with it and what to write instead.
package enum PlanProblem: Error, Sendable, Hashable, CustomStringConvertible {
  case unknownName(String, field: String, nearest: [String])
  /// A number that cannot be meant.
  case invalidValue(field: String, value: String, expected: String)
  /// Something needed is not there.
  case missing(field: String, advice: String)
  /// Two fields that cannot both hold.
  case contradiction(String, String, advice: String)

  /// The field of the request that has to be changed first.
  package var field: String {
    switch self {
    case .unknownName(_, let field, _), .invalidValue(let field, _, _), .missing(let field, _), .contradiction(let field, _, _): field
    }
  }

  package var description: String {
    switch self {
    case .unknownName(let name, let field, let nearest):
      "\(field): \"\(name)\" is not known" + (nearest.isEmpty ? "." : "; did you mean \(nearest.joined(separator: ", "))?")
    case .invalidValue(let field, let value, let expected): "\(field): \(value) is not possible; write \(expected)."
    case .missing(let field, let advice): "\(field) is missing: \(advice)."
    case .contradiction(let first, let second, let advice): "\(first) and \(second) contradict each other: \(advice)."
    }
  }
}
