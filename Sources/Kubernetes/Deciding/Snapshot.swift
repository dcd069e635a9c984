/// Every cached object that a decision may read, taken at one moment: a value, cheap to copy.
package struct Snapshot: Sendable {
  private var collections: [ResourceType: [ObjectKey: KubeObject]]

  /// - Parameter collections: a collection for every type that the server serves and whose cache is filled; a type without
  ///   one (a CRD that is not installed) reads as empty and is not ``isServed(_:)``.
  package init(_ collections: [ResourceType: [ObjectKey: KubeObject]] = [:]) { self.collections = collections }

  package subscript(type: ResourceType) -> [ObjectKey: KubeObject] { collections[type] ?? [:] }
  package subscript(type: ResourceType, key: ObjectKey) -> KubeObject? { collections[type]?[key] }

  /// Whether objects of this type can exist on this server.
  package func isServed(_ type: ResourceType) -> Bool { collections[type] != nil }

  /// The objects of one namespace, in the order of their names.
  package func objects(of type: ResourceType, in namespace: String) -> [KubeObject] {
    self[type].filter { $0.key.namespace == namespace }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// One more object of a served type, unless there is one of its name.
  package mutating func add(_ type: ResourceType, _ object: KubeObject) {
    if collections[type] != nil, collections[type]?[object.key] == nil { collections[type]?[object.key] = object }
  }

  package mutating func set(_ type: ResourceType, _ objects: [KubeObject]) {
    collections[type] = Dictionary(objects.map { ($0.key, $0) }) { _, last in last }
  }
}
