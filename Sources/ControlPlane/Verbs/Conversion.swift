import JSON
import Kubernetes

/// Objects between the version that is kept and the version that is asked for.
enum Conversion {
  /// A stored object as a value in the version of `served`.
  static func object(_ stored: StoredObject, as served: ServedType) throws -> KubeObject {
    try toServed(try stored.object(), served)
  }

  static func toServed(_ object: KubeObject, _ served: ServedType) throws -> KubeObject {
    guard object.apiVersion != served.type.apiVersion else { return object }
    if served.type.apiVersion == EventConversion.modernAPIVersion { return EventConversion.toModern(object) }
    var object = object
    object["apiVersion"] = .string(served.type.apiVersion)
    return object
  }

  static func toStorage(_ object: KubeObject, _ served: ServedType) throws -> KubeObject {
    guard object.apiVersion != served.storageAPIVersion else { return object }
    if object.apiVersion == EventConversion.modernAPIVersion { return EventConversion.toCore(object) }
    var object = object
    object["apiVersion"] = .string(served.storageAPIVersion)
    return object
  }

  /// The selectable fields of the stored form; both forms of Event are selected by them.
  static func selectableFields(_ served: ServedType) -> [String] {
    served.selectableFields.map { served.type.apiVersion == EventConversion.modernAPIVersion ? EventConversion.coreField($0) : $0 }
  }

  /// Whether stored bytes can be sent as they are.
  static func isIdentity(_ served: ServedType) -> Bool { served.storageAPIVersion == served.type.apiVersion }
}
