import JSON

/// Strategic merge patch: a merge patch which knows, from the schema of a built-in kind, which lists merge by a key.
///
/// https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md
package enum StrategicMergePatch {
  package static func apply(_ patch: JSONValue, to target: JSONValue, schema: StructuralSchema) throws(PatchError) -> JSONValue {
    guard case .object(let changes) = patch else {
      throw PatchError(.malformed, "a strategic merge patch is an object, not \(patch.typeName)")
    }
    return .object(try merge(changes, into: target.object ?? [:], schema, isResource: true))
  }

  private static let directive = "$patch"
  private static let retainKeys = "$retainKeys"
  private static let deletePrefix = "$deleteFromPrimitiveList/"
  private static let orderPrefix = "$setElementOrder/"

  private static func merge(
    _ patch: JSONObject, into original: JSONObject, _ schema: StructuralSchema?, isResource: Bool = false
  ) throws(PatchError) -> JSONObject {
    switch patch[directive]?.string {
    case "replace":
      var replacement = patch
      replacement.removeValue(forKey: directive)
      return replacement
    case "delete": return [:]
    case nil, "merge": break
    case let word?: throw PatchError(.malformed, "Unknown patch type found: \(word): $patch is replace, delete or merge")
    }
    var result = try retaining(patch, original)
    for change in patch where !change.key.hasPrefix("$") {
      let below = schema?.applyMember(change.key, isResource: isResource)
      result[change.key] = try merged(change.value, result[change.key], below)
    }
    for change in patch where change.key.hasPrefix(deletePrefix) {
      let name = String(change.key.dropFirst(deletePrefix.count))
      let gone = change.value.array ?? []
      if let list = result[name]?.array { result[name] = .array(list.filter { !gone.contains($0) }) }
    }
    for change in patch where change.key.hasPrefix(orderPrefix) {
      let name = String(change.key.dropFirst(orderPrefix.count))
      guard let list = result[name]?.array, let order = change.value.array else { continue }
      let mergeKey = schema?.applyMember(name, isResource: isResource)?.patchMergeKey
      result[name] = .array(ordered(list, by: order, before: original[name]?.array ?? [], mergeKey))
    }
    return result
  }

  /// The original with only the keys of `$retainKeys`, where the patch has them.
  private static func retaining(_ patch: JSONObject, _ original: JSONObject) throws(PatchError) -> JSONObject {
    guard let kept = patch[retainKeys] else { return original }
    guard let names = kept.strings else { throw PatchError(.malformed, "$retainKeys must be a list of strings") }
    for change in patch where !change.key.hasPrefix("$") && !change.value.isNull && !names.contains(change.key) {
      throw PatchError(.malformed, "precondition failed for: \(change.key) is in the patch but not in $retainKeys")
    }
    return JSONObject(original.filter { names.contains($0.key) }.map { ($0.key, $0.value) })
  }

  /// What a field becomes; `nil` removes it.
  private static func merged(_ change: JSONValue, _ original: JSONValue?, _ schema: StructuralSchema?) throws(PatchError) -> JSONValue? {
    switch (change, original) {
    case (.null, _): return nil
    case (.object(let change), .object(let original)):
      if schema?.patchStrategies.contains("replace") ?? false, change[directive] == nil { return .object(change) }
      return .object(try merge(change, into: original, schema))
    case (.object(let change), _): return .object(try merge(change, into: [:], schema))
    case (.array(let change), _):
      guard schema?.patchStrategies.contains("merge") ?? false else { return .array(change) }
      return .array(try merge(change, into: original?.array ?? [], schema))
    default: return change
    }
  }

  private static func merge(
    _ patch: [JSONValue], into original: [JSONValue], _ schema: StructuralSchema?
  ) throws(PatchError) -> [JSONValue] {
    guard let key = schema?.patchMergeKey else {
      return original + patch.filter { !original.contains($0) }
    }
    if patch.contains(where: { $0[directive]?.string == "replace" }) {
      return patch.filter { $0[directive]?.string != "replace" }
    }
    var result = original
    for change in patch {
      guard let object = change.object else {
        throw PatchError(.malformed, "a list that merges by \(key) holds objects, not \(change.typeName)")
      }
      guard let name = object[key] else {
        throw PatchError(.malformed, "map: \(change) does not contain declared merge key: \(key)")
      }
      if object[directive]?.string == "delete" {
        result.removeAll { $0[key] == name }
      } else if let index = result.firstIndex(where: { $0[key] == name }) {
        result[index] = .object(try merge(object, into: result[index].object ?? [:], schema?.items))
      } else {
        result.append(.object(try merge(object, into: [:], schema?.items)))
      }
    }
    return result
  }

  /// Elements in the order of the patch; those that it does not mention keep their place as far as possible.
  private static func ordered(_ list: [JSONValue], by order: [JSONValue], before: [JSONValue], _ mergeKey: String?) -> [JSONValue] {
    func name(_ value: JSONValue) -> JSONValue { mergeKey.flatMap { value[$0] } ?? value }
    let wanted = order.map(name)
    let places = before.map(name)
    var own = list.filter { wanted.contains(name($0)) }
    own.sort { (wanted.firstIndex(of: name($0)) ?? 0) < (wanted.firstIndex(of: name($1)) ?? 0) }
    var others = list.filter { !wanted.contains(name($0)) }[...]
    var result: [JSONValue] = []
    for element in own {
      while let other = others.first, let left = places.firstIndex(of: name(other)), let right = places.firstIndex(of: name(element)),
        left < right
      {
        result.append(other)
        others.removeFirst()
      }
      result.append(element)
    }
    return result + others
  }
}
