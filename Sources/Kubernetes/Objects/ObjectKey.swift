/// Names an object of a known type: a namespace (`nil` for cluster-scoped objects) and a name.
package struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let namespace: String?
  package let name: String

  package init(namespace: String?, name: String) {
    self.namespace = namespace
    self.name = name
  }

  package var description: String { namespace.map { "\($0)/\(name)" } ?? name }

  package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
  }
}
