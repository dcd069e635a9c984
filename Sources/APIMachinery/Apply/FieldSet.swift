import JSON

/// One step of a path in an object, as `fieldsV1` names it.
package enum PathElement: Sendable, Hashable {
  /// A member of an object: `f:name`.
  case field(String)
  /// An element of a list by the values of its keys, as canonical JSON: `k:{"name":"a"}`.
  case key(String)
  /// An element of a set, as canonical JSON: `v:"a"`.
  case value(String)
  /// An element by its place: `i:0`.
  case index(Int)
}

extension PathElement: Comparable {
  /// The order of structured-merge-diff: fields, keys, values, indices.
  package static func < (left: PathElement, right: PathElement) -> Bool {
    switch (left, right) {
    case (.field(let a), .field(let b)), (.key(let a), .key(let b)), (.value(let a), .value(let b)): a < b
    case (.index(let a), .index(let b)): a < b
    default: left.rank < right.rank
    }
  }

  private var rank: Int {
    switch self {
    case .field: 0
    case .key: 1
    case .value: 2
    case .index: 3
    }
  }

  /// As conflict messages write it: `.spec`, `[name="a"]`, `[="a"]`, `[0]`.
  var pathText: String {
    switch self {
    case .field(let name): return ".\(name)"
    case .value(let text): return "[=\(text)]"
    case .index(let index): return "[\(index)]"
    case .key(let text):
      let members = (try? JSONValue(parsing: text))?.object ?? [:]
      return "[\(members.map { "\($0.key)=\($0.value)" }.joined(separator: ","))]"
    }
  }
}

/// A set of fields of an object: a tree of path elements.
package struct FieldSet: Sendable, Equatable {
  /// The elements of this level that are themselves in the set.
  package private(set) var members: Set<PathElement> = []
  /// The sets below elements of this level; none is empty.
  package private(set) var children: [PathElement: FieldSet] = [:]

  package init() {}

  package var isEmpty: Bool { members.isEmpty && children.isEmpty }

  package mutating func insert(_ path: some Collection<PathElement>) {
    guard let first = path.first else { return }
    if path.count == 1 { members.insert(first) } else { children[first, default: FieldSet()].insert(path.dropFirst()) }
  }

  package func contains(_ path: some Collection<PathElement>) -> Bool {
    guard let first = path.first else { return false }
    return path.count == 1 ? members.contains(first) : children[first]?.contains(path.dropFirst()) ?? false
  }

  package func union(_ other: FieldSet) -> FieldSet {
    combined(with: other, members: members.union(other.members), elements: Set(children.keys).union(other.children.keys)) { $0.union($1) }
  }

  package func intersection(_ other: FieldSet) -> FieldSet {
    combined(with: other, members: members.intersection(other.members), elements: Set(children.keys)) { $0.intersection($1) }
  }

  /// Without the paths of `other`; what is below a path of `other` stays.
  package func subtracting(_ other: FieldSet) -> FieldSet {
    combined(with: other, members: members.subtracting(other.members), elements: Set(children.keys)) { $0.subtracting($1) }
  }

  /// Without the paths of `other` and everything below them.
  package func subtractingRecursively(_ other: FieldSet) -> FieldSet {
    let elements = Set(children.keys).subtracting(other.members)
    return combined(with: other, members: members.subtracting(other.members), elements: elements) { $0.subtractingRecursively($1) }
  }

  private func combined(
    with other: FieldSet, members: Set<PathElement>, elements: Set<PathElement>, _ join: (FieldSet, FieldSet) -> FieldSet
  ) -> FieldSet {
    var result = FieldSet()
    result.members = members
    for element in elements {
      let child = join(children[element] ?? FieldSet(), other.children[element] ?? FieldSet())
      if !child.isEmpty { result.children[element] = child }
    }
    return result
  }

  /// Every path, in order.
  package var paths: [[PathElement]] {
    let elements = members.union(children.keys).sorted()
    return elements.flatMap { element in
      (members.contains(element) ? [[element]] : []) + (children[element]?.paths ?? []).map { [element] + $0 }
    }
  }

  /// With a member for each declared field that has something below it: removing such a field removes the whole.
  func ensuringNamedFields(_ schema: StructuralSchema?, isResource: Bool) -> FieldSet {
    var result = FieldSet()
    result.members = members
    for (element, child) in children {
      var below = schema?.items
      if case .field(let name) = element {
        below = schema?.applyMember(name, isResource: isResource)
        if schema?.properties[name] != nil || isResource { result.members.insert(element) }
      }
      result.children[element] = child.ensuringNamedFields(below, isResource: false)
    }
    return result
  }
}
