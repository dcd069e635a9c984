import JSON

extension FieldSet {
  /// Fields of an object that nobody owns.
  static let neverOwned: FieldSet = {
    var set = FieldSet()
    for name in ["apiVersion", "kind", "metadata"] { set.insert([.field(name)]) }
    for name in metadataNeverOwned { set.insert([.field("metadata"), .field(name)]) }
    return set
  }()

  fileprivate static let metadataNeverOwned = [
    "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields", "resourceVersion",
  ]
}

extension JSONValue {
  var strippingNeverOwned: JSONValue {
    var result = self
    result["apiVersion"] = nil
    result["kind"] = nil
    guard var metadata = result["metadata"]?.object else { return result }
    for name in FieldSet.metadataNeverOwned { metadata.removeValue(forKey: name) }
    result["metadata"] = metadata.isEmpty ? nil : .object(metadata)
    return result
  }

  /// Without null members, which say nothing, except where the schema allows null.
  func droppingNulls(_ schema: StructuralSchema?) -> JSONValue {
    switch self {
    case .object(let object):
      var result = JSONObject()
      for member in object {
        let below = schema?.member(member.key)
        if member.value.isNull, !(below?.isNullable ?? false) { continue }
        result[member.key] = member.value.droppingNulls(below)
      }
      return .object(result)
    case .array(let elements): return .array(elements.map { $0.droppingNulls(schema?.items) })
    default: return self
    }
  }
}

extension FieldManager {
  /// The part of an object that a write through this manager's (sub)resource is about.
  func relevant(_ object: JSONValue) -> JSONValue {
    guard hasStatus else { return object }
    var result = object
    if subresource == "status" {
      let metadata = object["metadata"]
      result = ["apiVersion": object["apiVersion"] ?? "", "kind": object["kind"] ?? "", "metadata": [:]]
      for name in ["name", "namespace"] { result[["metadata", name]] = metadata?[name] }
      result["status"] = object["status"]
    } else {
      result["status"] = nil
    }
    return result
  }
}

/// The annotation of client-side apply, and the way from there to server-side apply.
enum LastApplied {
  static let annotation = "kubectl.kubernetes.io/last-applied-configuration"
  private static let path = ["metadata", "annotations", annotation]

  /// Whether all conflicts are about fields that kubectl applied client-side and that still have the value it gave them.
  static func allows(_ conflicts: [ApplyConflict], live: JSONValue?, manager: FieldManager, schema: StructuralSchema) -> Bool {
    guard manager.name == "kubectl", let live, let text = live[path]?.string, let applied = try? JSONValue(parsing: text) else {
      return false
    }
    let comparison = FieldComparison(from: applied, to: live, schema)
    let own = FieldSet(of: applied, schema).subtracting(comparison.modified).subtracting(comparison.added).subtracting(comparison.removed)
    let fields = Set(own.paths.map { $0.map(\.pathText).joined() })
    return conflicts.allSatisfy { fields.contains($0.field) }
  }

  /// Keeps the annotation, where there is one, equal to what kubectl applied last.
  static func updated(_ object: JSONValue, live: JSONValue?, intent: JSONValue, manager: FieldManager) -> JSONValue {
    guard manager.name == "kubectl", manager.subresource.isEmpty, live?[path] != nil, object[path] != nil else { return object }
    var result = object
    var applied = intent
    if var annotations = applied[["metadata", "annotations"]]?.object {
      annotations.removeValue(forKey: annotation)
      applied[["metadata", "annotations"]] = .object(annotations)
    }
    result[path] = .string(applied.text() + "\n")
    return result
  }
}
