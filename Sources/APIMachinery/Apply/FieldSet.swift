import JSON

/// One step of a path in an object, as `fieldsV1` names it.
package enum PathElement: Sendable, Hashable, Comparable {
  /// A member of an object: `f:name`.
  case field(String)
  /// An element of a list by the values of its keys, as canonical JSON: `k:{"name":"a"}`.
  case key(String)
  /// An element of a set, as canonical JSON: `v:"a"`.
  case value(String)
  /// An element by its place: `i:0`.
  case index(Int)
}

/// A set of fields of an object: a tree of path elements.
package struct FieldSet: Sendable, Equatable {
  /// The fields of this level that are themselves in the set.
  package internal(set) var members: Set<PathElement> = []
  package internal(set) var children: [PathElement: FieldSet] = [:]

  package init() {}

  package var isEmpty: Bool { members.isEmpty && children.isEmpty }
}
