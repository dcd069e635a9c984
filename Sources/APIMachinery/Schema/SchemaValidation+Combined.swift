import JSON

extension SchemaValidation {
  /// `allOf`, `anyOf`, `oneOf`, `not`.
  mutating func combined(_ value: JSONValue, _ schemas: CombinedSchemas, at path: FieldPath) {
    guard !schemas.isEmpty else { return }
    for schema in schemas.all { self.value(value, schema, at: path) }
    if !schemas.any.isEmpty, !schemas.any.contains(where: { Self.accepts(value, $0) }) {
      report(.invalid, path, .string(""), "\"\(path)\" must validate at least one schema (anyOf)")
      reportNearest(value, schemas.any, at: path)
    }
    if !schemas.one.isEmpty {
      let count = schemas.one.count { Self.accepts(value, $0) }
      if count != 1 {
        let found = count == 0 ? "Found none valid" : "Found \(count) valid alternatives"
        report(.invalid, path, .string(""), "\"\(path)\" must validate one and only one schema (oneOf). \(found)")
        if count == 0 { reportNearest(value, schemas.one, at: path) }
      }
    }
    if let not = schemas.not, Self.accepts(value, not) {
      report(.invalid, path, .string(""), "\"\(path)\" must not validate the schema (not)")
    }
  }

  /// The mistakes against the alternative that the value is nearest to, as kube-openapi reports them beside the summary.
  private mutating func reportNearest(_ value: JSONValue, _ schemas: [StructuralSchema], at path: FieldPath) {
    let attempts = schemas.map { schema in
      var attempt = SchemaValidation()
      attempt.value(value, schema, at: path)
      return attempt.errors
    }
    guard let nearest = attempts.min(by: { $0.count < $1.count }) else { return }
    for error in nearest { report(error.kind, FieldPath(error.field), error.value, error.detail) }
  }

  private static func accepts(_ value: JSONValue, _ schema: StructuralSchema) -> Bool {
    var attempt = SchemaValidation()
    attempt.value(value, schema, at: .root)
    return attempt.errors.isEmpty
  }

  /// Lists declared as sets and maps hold no element twice.
  mutating func listUniqueness(_ value: JSONValue, _ schema: StructuralSchema, at path: FieldPath) {
    switch value {
    case .object(let object):
      for member in object {
        guard let property = schema.member(member.key) else { continue }
        listUniqueness(member.value, property, at: path.child(member.key))
      }
    case .array(let elements):
      var seen: Set<String> = []
      for (index, element) in elements.enumerated() {
        switch schema.listType {
        case .set:
          if !seen.insert(element.text(.canonical)).inserted { report(.duplicate, path.index(index), element, "") }
        case .map:
          let key = schema.mapKey(of: element)
          if !seen.insert(key.text(.canonical)).inserted { report(.duplicate, path.index(index), key, "") }
        default: break
        }
        if let items = schema.items { listUniqueness(element, items, at: path.index(index)) }
      }
    default: break
    }
  }
}

extension StructuralSchema {
  /// The values of the keys that identify an element of a map list, with defaults; keys sorted by name.
  func mapKey(of element: JSONValue) -> JSONValue {
    var key = JSONObject()
    for name in listMapKeys.sorted() { key[name] = element[name] ?? items?.properties[name]?.defaultValue }
    return .object(key)
  }
}
