import JSON

/// Joins and prunes values along a schema, as structured-merge-diff does.
enum ApplyMerge {
  /// `live` with everything that `intent` says.
  static func merge(_ live: JSONValue, _ intent: JSONValue, _ schema: StructuralSchema?, isResource: Bool = true) -> JSONValue {
    switch (ApplyShape(live, schema), ApplyShape(intent, schema)) {
    case (.map(var object), .map(let changes)):
      for change in changes {
        let below = schema?.applyMember(change.key, isResource: isResource)
        object[change.key] = object[change.key].map { merge($0, change.value, below, isResource: false) } ?? change.value
      }
      return .object(object)
    case (.list(let left), .list(let right)): return .array(merge(left, right, schema))
    default: return intent
    }
  }

  /// Elements of both keep the intent's order; those of one side keep their place between them.
  private static func merge(_ left: [JSONValue], _ right: [JSONValue], _ schema: StructuralSchema?) -> [JSONValue] {
    let before = ApplyShape.byElement(left, schema)
    let names = Set(right.map { ApplyShape.element($0, schema) })
    var result: [JSONValue] = []
    var taken: Set<PathElement> = []
    var rest = right[...]
    func take(_ value: JSONValue, _ element: PathElement) {
      guard taken.insert(element).inserted else { return }
      result.append(before[element].map { merge($0, value, schema?.items, isResource: false) } ?? value)
    }
    for value in left {
      let element = ApplyShape.element(value, schema)
      guard names.contains(element) else {
        result.append(value)
        continue
      }
      while !taken.contains(element), let next = rest.popFirst() { take(next, ApplyShape.element(next, schema)) }
    }
    for value in rest { take(value, ApplyShape.element(value, schema)) }
    return result
  }

  /// `value` without the fields of `set`. An object or list that loses its last member goes too, unless somebody owns it as such.
  ///
  /// - Parameter owned: what stays even when it is empty. `nil`: nothing is left.
  static func remove(
    _ set: FieldSet, from value: JSONValue, _ schema: StructuralSchema?, keeping owned: FieldSet, isOwned: Bool = true,
    isResource: Bool = true
  ) -> JSONValue? {
    guard !set.isEmpty else { return value }
    func inner(_ element: PathElement, _ below: FieldSet, _ item: JSONValue, _ schema: StructuralSchema?) -> JSONValue? {
      let keeping = owned.children[element] ?? FieldSet()
      return remove(below, from: item, schema, keeping: keeping, isOwned: owned.members.contains(element), isResource: false)
    }
    switch ApplyShape(value, schema) {
    case .leaf: return value
    case .map(let object):
      var result = object
      for member in object {
        let element = PathElement.field(member.key)
        if set.members.contains(element) {
          result.removeValue(forKey: member.key)
        } else if let below = set.children[element] {
          result[member.key] = inner(element, below, member.value, schema?.applyMember(member.key, isResource: isResource))
        }
      }
      return result.isEmpty && !object.isEmpty && !isOwned ? nil : .object(result)
    case .list(let elements):
      let kept = elements.compactMap { item -> JSONValue? in
        let element = ApplyShape.element(item, schema)
        if set.members.contains(element) { return nil }
        return set.children[element].map { inner(element, $0, item, schema?.items) } ?? item
      }
      return kept.isEmpty && !elements.isEmpty && !isOwned ? nil : .array(kept)
    }
  }
}
