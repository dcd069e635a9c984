import JSON

/// A column that `kubectl get` shows.
package struct PrinterColumn: Sendable, Equatable {
  package let name: String
  /// `string`, `integer`, `number`, `boolean` or `date`.
  package let type: String
  package let format: String
  package let description: String
  /// 0 always shows; greater only with `-o wide`.
  package let priority: Int
  let source: Source

  enum Source: Sendable, Equatable {
    case name, age
    case path(JSONPath)
    case builtin(BuiltinCell)
  }
}
