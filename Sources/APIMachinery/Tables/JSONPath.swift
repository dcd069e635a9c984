import JSON

/// A path of the kind that printer columns and scale subresources use: `.status.conditions[?(@.type=="Ready")].status`.
package struct JSONPath: Sendable, Equatable {
  package let text: String
  package init(_ text: String) { self.text = text }
  /// Every value that the path selects.
  package func values(in root: JSONValue) -> [JSONValue] { [] }
}
