import JSON

/// Ties an object's life to its owner's: the garbage collector deletes it when the owner is gone.
package struct OwnerReference: Sendable, Hashable {
  package var apiVersion: String
  package var kind: String
  package var name: String
  package var uid: String
  /// Whether the owner is the one controller that manages the object.
  package var controller: Bool
  package var blockOwnerDeletion: Bool

  package init(apiVersion: String, kind: String, name: String, uid: String, controller: Bool = true, blockOwnerDeletion: Bool = true) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
    self.controller = controller
    self.blockOwnerDeletion = blockOwnerDeletion
  }

  /// `nil` when a required field is missing.
  package init?(_ json: JSONValue) {
    guard let apiVersion = json["apiVersion"]?.string, let kind = json["kind"]?.string,
      let name = json["name"]?.string, let uid = json["uid"]?.string
    else { return nil }
    self.init(
      apiVersion: apiVersion, kind: kind, name: name, uid: uid,
      controller: json["controller"]?.bool ?? false, blockOwnerDeletion: json["blockOwnerDeletion"]?.bool ?? false)
  }

  /// A controller reference to `owner`; `nil` when the server has not given it a uid yet.
  package init?(controlledBy owner: KubeObject) {
    guard let uid = owner.uid else { return nil }
    self.init(apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, uid: uid)
  }

  package var json: JSONValue {
    [
      "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
      "controller": .bool(controller), "blockOwnerDeletion": .bool(blockOwnerDeletion),
    ]
  }
}
