import JSON

/// An object of the API as it came: every field is kept, known or not. Typed views are read from it.
package struct KubeObject: Sendable, Equatable {
  package var json: JSONValue

  /// `json` should be an object; anything else reads as one without members.
  package init(_ json: JSONValue) { self.json = json }

  /// A new object of `type`, ready for its fields.
  package init(_ type: ResourceType, namespace: String? = nil, name: String) {
    json = ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": ["name": .string(name)]]
    if let namespace { json[["metadata", "namespace"]] = .string(namespace) }
  }

  package subscript(key: String) -> JSONValue? {
    get { json[key] }
    set { json[key] = newValue }
  }
  package subscript(path: [String]) -> JSONValue? {
    get { json[path] }
    set { json[path] = newValue }
  }

  package var apiVersion: String { json["apiVersion"]?.string ?? "" }
  package var kind: String { json["kind"]?.string ?? "" }
  package var name: String { json[["metadata", "name"]]?.string ?? "" }
  package var namespace: String? { json[["metadata", "namespace"]]?.string }
  package var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
  package var uid: String? { json[["metadata", "uid"]]?.string }
  package var resourceVersion: String? { json[["metadata", "resourceVersion"]]?.string }
  /// Counts changes of the desired state; `0` before the server has seen the object.
  package var generation: Int { json[["metadata", "generation"]]?.int ?? 0 }
  package var creationTimestamp: String? { json[["metadata", "creationTimestamp"]]?.string }
  package var isBeingDeleted: Bool { json[["metadata", "deletionTimestamp"]]?.string != nil }
  package var labels: [String: String] { json[["metadata", "labels"]]?.stringMap ?? [:] }
  package var annotations: [String: String] { json[["metadata", "annotations"]]?.stringMap ?? [:] }
  package var finalizers: [String] { json[["metadata", "finalizers"]]?.strings ?? [] }
  package var ownerReferences: [OwnerReference] {
    (json[["metadata", "ownerReferences"]]?.array ?? []).compactMap(OwnerReference.init)
  }
  package var conditions: [Condition] {
    (json[["status", "conditions"]]?.array ?? []).compactMap(Condition.init)
  }
}
