import JSON

extension StructuralSchema {
  /// How server-side apply sees a list: as its list type says, else as strategic merge would merge it, else as one value.
  var applyListType: ListType {
    if let listType { return listType }
    guard patchStrategies.contains("merge") else { return .atomic }
    if patchMergeKey != nil { return .map }
    return items?.type == "object" ? .atomic : .set
  }

  /// The schema of a member; the object's own metadata is that of every object.
  func applyMember(_ name: String, isResource: Bool) -> StructuralSchema? {
    if isResource, name == "metadata" { return .objectMeta }
    return member(name)
  }
}

/// What a value is to server-side apply.
enum ApplyShape {
  /// Owned as a whole: scalars, atomic lists and maps.
  case leaf
  case map(JSONObject)
  case list([JSONValue])

  init(_ value: JSONValue, _ schema: StructuralSchema?) {
    switch value {
    case .object(let object) where !(schema?.isAtomicMap ?? false): self = .map(object)
    case .array(let elements):
      self = (schema?.applyListType ?? .atomic) == .atomic ? .leaf : .list(elements)
    default: self = .leaf
    }
  }

  /// Names an element of a list of `schema`.
  static func element(_ value: JSONValue, _ schema: StructuralSchema?) -> PathElement {
    guard let schema, schema.applyListType == .map, value.object != nil else { return .value(value.text(.canonical)) }
    guard schema.listMapKeys.isEmpty, let mergeKey = schema.patchMergeKey else { return .key(schema.mapKey(of: value).text(.canonical)) }
    var key = JSONObject()
    key[mergeKey] = value[mergeKey] ?? schema.items?.properties[mergeKey]?.defaultValue
    return .key(JSONValue.object(key).text(.canonical))
  }
}
