import JSON
import Kubernetes

/// What selectors and controllers ask about an object, read once when it is written: nobody parses a body to skip it.
struct ObjectFacts: Sendable, Equatable {
  var labels: [String: String]
  /// The values of the kind's selectable fields, such as `status.phase`; a missing field selects as the empty string.
  var fields: [String: String]
  var ownerUIDs: [String]
  var finalizers: [String]
  var isBeingDeleted: Bool

  /// - Parameter selectableFields: dotted paths that this kind can be selected by, next to name and namespace.
  init(of object: KubeObject, selectableFields: [String]) {
    labels = object.labels
    fields = [:]
    for field in selectableFields {
      fields[field] = Self.text(object.json[field.split(separator: ".").map(String.init)])
    }
    ownerUIDs = object.ownerReferences.map(\.uid)
    finalizers = object.finalizers
    isBeingDeleted = object.isBeingDeleted
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: ""
    case .string(let text): text
    // An Event is selected by the component of its source.
    case .object(let object) where object["component"] != nil: object["component"]?.string ?? ""
    case .some(let other): other.text()
    }
  }

  // MARK: Its row

  init(stored json: JSONValue) {
    labels = json["labels"]?.stringMap ?? [:]
    fields = json["fields"]?.stringMap ?? [:]
    ownerUIDs = json["owners"]?.strings ?? []
    finalizers = json["finalizers"]?.strings ?? []
    isBeingDeleted = json["deleting"]?.bool ?? false
  }

  /// Members that hold nothing are left out.
  var stored: JSONValue {
    var object = JSONObject()
    if !labels.isEmpty { object["labels"] = JSONValue(labels) }
    if !fields.isEmpty { object["fields"] = JSONValue(fields) }
    if !ownerUIDs.isEmpty { object["owners"] = JSONValue(ownerUIDs) }
    if !finalizers.isEmpty { object["finalizers"] = JSONValue(finalizers) }
    if isBeingDeleted { object["deleting"] = true }
    return .object(object)
  }
}
