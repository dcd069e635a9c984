import JSON

/// JSON Merge Patch (RFC 7386).
package enum MergePatch {
  package static func apply(_ patch: JSONValue, to target: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var result = target.object ?? [:]
    for change in changes {
      if change.value.isNull {
        result.removeValue(forKey: change.key)
      } else {
        result[change.key] = apply(change.value, to: result[change.key] ?? .null)
      }
    }
    return .object(result)
  }

  /// The patch that turns `old` into `new`; a null in `new` cannot be expressed and reads as absent.
  package static func diff(from old: JSONValue, to new: JSONValue) -> JSONValue {
    guard case .object(let before) = old, case .object(let after) = new else { return new }
    var patch = JSONObject()
    for member in before where after[member.key] == nil { patch[member.key] = .null }
    for member in after {
      guard let previous = before[member.key] else {
        patch[member.key] = member.value
        continue
      }
      if previous != member.value { patch[member.key] = diff(from: previous, to: member.value) }
    }
    return .object(patch)
  }
}
