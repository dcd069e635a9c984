import JSON
import Kubernetes

/// One version of one object, as the store keeps it: immutable, shared by every reader.
///
/// The body is kept as JSON text: most reads copy it to the wire unread, and text is several times smaller than values.
package final class StoredObject: Sendable {
  let collection: CollectionName
  let key: ObjectKey
  let uid: String
  let resourceVersion: Int64
  let facts: ObjectFacts
  /// Compact JSON in the storage version, with the resourceVersion inside.
  let body: [UInt8]

  init(collection: CollectionName, key: ObjectKey, uid: String, resourceVersion: Int64, facts: ObjectFacts, body: [UInt8]) {
    self.collection = collection
    self.key = key
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.facts = facts
    self.body = body
  }

  /// The object as a value.
  func object() throws -> KubeObject { KubeObject(try JSONValue(parsing: body)) }
}
