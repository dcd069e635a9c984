import JSON

extension FieldSet {
  /// Every field that `value` sets, as its applier owns them.
  init(of value: JSONValue, _ schema: StructuralSchema?) {
    self.init()
    add(value, schema, at: [], isResource: true)
  }

  private mutating func add(_ value: JSONValue, _ schema: StructuralSchema?, at path: [PathElement], isResource: Bool) {
    switch ApplyShape(value, schema) {
    case .leaf: insert(path)
    case .map(let object):
      for member in object {
        let below = path + [.field(member.key)]
        add(member.value, schema?.applyMember(member.key, isResource: isResource), at: below, isResource: false)
        let isEmpty = member.value.object?.isEmpty ?? false
        if isEmpty || (schema?.properties[member.key] == nil && !isResource) { insert(below) }
      }
    case .list(let elements):
      for element in elements {
        let below = path + [ApplyShape.element(element, schema)]
        add(element, schema?.items, at: below, isResource: false)
        insert(below)
      }
    }
  }
}

/// How two versions of an object differ, by fields.
struct FieldComparison {
  private(set) var added = FieldSet()
  private(set) var modified = FieldSet()
  private(set) var removed = FieldSet()

  init(from old: JSONValue, to new: JSONValue, _ schema: StructuralSchema?) {
    compare(old, new, schema, at: [], isResource: true)
  }

  private mutating func compare(_ old: JSONValue?, _ new: JSONValue?, _ schema: StructuralSchema?, at path: [PathElement], isResource: Bool)
  {
    if !path.isEmpty {
      if old == nil { added.insert(path) } else if new == nil { removed.insert(path) }
    }
    let before = old.map { ApplyShape($0, schema) }
    let after = new.map { ApplyShape($0, schema) }
    switch (before ?? after, after ?? before) {
    case (.map(let one), .map(let two)):
      let left = old == nil ? [:] : one
      let right = new == nil ? [:] : two
      for name in left.keys + right.keys.filter({ left[$0] == nil }) {
        let below = schema?.applyMember(name, isResource: isResource)
        compare(left[name], right[name], below, at: path + [.field(name)], isResource: false)
      }
    case (.list(let one), .list(let two)):
      compare(old == nil ? [] : one, new == nil ? [] : two, schema, at: path)
    default:
      if let old, let new, old != new { modified.insert(path) }
    }
  }

  private mutating func compare(_ old: [JSONValue], _ new: [JSONValue], _ schema: StructuralSchema?, at path: [PathElement]) {
    let before = ApplyShape.byElement(old, schema)
    let after = ApplyShape.byElement(new, schema)
    for (element, value) in before { compare(value, after[element], schema?.items, at: path + [element], isResource: false) }
    for (element, value) in after where before[element] == nil {
      compare(nil, value, schema?.items, at: path + [element], isResource: false)
    }
  }
}

extension ApplyShape {
  static func byElement(_ elements: [JSONValue], _ schema: StructuralSchema?) -> [PathElement: JSONValue] {
    Dictionary(elements.map { (element($0, schema), $0) }) { first, _ in first }
  }
}
