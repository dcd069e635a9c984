import JSON

extension StructuralSchema {
  /// Removes every member that the schema does not know, and returns their paths: `spec.foo`, `spec.tiers[0].bar`.
  ///
  /// `apiVersion`, `kind` and `metadata` of the object and of embedded resources always stay.
  package func prune(_ object: inout JSONValue) -> [String] {
    var removed: [String] = []
    prune(&object, at: .root, isResource: true, removed: &removed)
    return removed
  }

  /// The message of a removed path for `fieldValidation=Strict` and `Warn`.
  package static func unknownFieldMessage(_ path: String) -> String { "unknown field \"\(path)\"" }

  private static let resourceMembers: Set<String> = ["apiVersion", "kind", "metadata"]

  private func prune(_ value: inout JSONValue, at path: FieldPath, isResource: Bool, removed: inout [String]) {
    switch value {
    case .array(var elements):
      guard let items else { return }
      for index in elements.indices {
        items.prune(&elements[index], at: path.index(index), isResource: items.isEmbeddedResource, removed: &removed)
      }
      value = .array(elements)
    case .object(var object):
      for member in object {
        let path = path.child(member.key)
        if isResource, Self.resourceMembers.contains(member.key) {
          guard member.key == "metadata", var metadata = object["metadata"] else { continue }
          (properties["metadata"].flatMap { $0.properties.count > 2 ? $0 : nil } ?? .objectMeta)
            .prune(&metadata, at: path, isResource: false, removed: &removed)
          object["metadata"] = metadata
        } else if let schema = self.member(member.key) {
          var child = member.value
          schema.prune(&child, at: path, isResource: schema.isEmbeddedResource, removed: &removed)
          object[member.key] = child
        } else if !acceptsAnyMember {
          object.removeValue(forKey: member.key)
          removed.append(path.description)
        }
      }
      value = .object(object)
    default:
      return
    }
  }

  private var acceptsAnyMember: Bool {
    if preservesUnknownFields { return true }
    if case .any = additionalProperties { return true }
    // A value without a type (int-or-string) or of a scalar type holds no members to prune: validation refuses it.
    return type != "object" && type != nil
  }
}
