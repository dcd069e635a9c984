/// Why an apply is refused.
package enum ApplyError: Error, Sendable, Equatable {
  /// HTTP 409, reason Conflict, one cause of type FieldManagerConflict for each.
  case conflicts([ApplyConflict])
  /// HTTP 400: the intent cannot be applied.
  case invalid(String)
}

/// A field that the intent would change and that another manager owns.
package struct ApplyConflict: Sendable, Equatable {
  /// The other manager as messages name it: `"kubectl-client-side-apply" using apps/v1`.
  package let manager: String
  /// `.spec.replicas`.
  package let field: String

  /// The message of the cause in a Status.
  package var message: String { "conflict with \(manager)" }
}

extension ApplyError: CustomStringConvertible {
  package var description: String {
    guard case .conflicts(let conflicts) = self else {
      if case .invalid(let reason) = self { return reason }
      return ""
    }
    if conflicts.count == 1 { return "Apply failed with 1 conflict: \(conflicts[0].message): \(conflicts[0].field)" }
    let groups = Dictionary(grouping: conflicts, by: \.manager).sorted { $0.key < $1.key }
    let lines = groups.flatMap { group in ["conflicts with \(group.key):"] + group.value.map { "- \($0.field)" } }
    return "Apply failed with \(conflicts.count) conflicts: \(lines.joined(separator: "\n"))"
  }
}
