import JSON
import Kubernetes

/// A CustomResourceDefinition as the server needs it to serve the kind.
package struct CustomDefinition: Sendable {
  package let name: String
  package let group: String
  package let names: Names
  package let namespaced: Bool
  package let versions: [Version]
  /// Being deleted: nothing new is created.
  package let isTerminating: Bool

  package struct Names: Sendable {
    let plural: String
    let singular: String
    let kind: String
    let listKind: String
    let shortNames: [String]
    let categories: [String]
  }

  package struct Version: Sendable {
    let name: String
    let served: Bool
    let storage: Bool
    let hasStatus: Bool
    let hasScale: Bool
    let selectableFields: [String]
    /// Said to everyone who uses the version; `nil` when it is not deprecated.
    let deprecationWarning: String?
    let rules: CustomVersion
  }

  /// - Parameter stored: a CRD that has been validated.
  init(_ stored: StoredObject) throws {
    let object = try stored.object()
    let spec = object["spec"] ?? .null
    name = object.name
    isTerminating = object.isBeingDeleted
    group = spec["group"]?.string ?? ""
    let accepted = object[["status", "acceptedNames"]] ?? spec["names"] ?? .null
    names = Names(accepted)
    namespaced = spec["scope"]?.string != "Cluster"
    let (group, kind) = (group, names.kind)
    versions = (spec["versions"]?.array ?? []).map { json in
      Version(json, group: group, kind: kind, definition: stored)
    }
  }
}

extension CustomDefinition.Names {
  init(_ json: JSONValue) {
    plural = json["plural"]?.string ?? ""
    kind = json["kind"]?.string ?? ""
    singular = json["singular"]?.string ?? kind.lowercased()
    listKind = json["listKind"]?.string ?? "\(kind)List"
    shortNames = json["shortNames"]?.strings ?? []
    categories = json["categories"]?.strings ?? []
  }
}

extension CustomDefinition.Version {
  init(_ json: JSONValue, group: String, kind: String, definition: StoredObject) {
    name = json["name"]?.string ?? ""
    served = json["served"]?.bool ?? false
    storage = json["storage"]?.bool ?? false
    hasStatus = json[["subresources", "status"]] != nil
    hasScale = json[["subresources", "scale"]] != nil
    selectableFields = (json["selectableFields"]?.array ?? []).compactMap { $0["jsonPath"]?.string }.map { String($0.drop { $0 == "." }) }
    let isDeprecated = json["deprecated"]?.bool ?? false
    deprecationWarning = isDeprecated ? json["deprecationWarning"]?.string ?? "\(group)/\(name) \(kind) is deprecated" : nil
    rules = CustomVersion(definition: definition, version: name)
  }
}

extension CustomDefinition {
  /// The kind in each of its served versions.
  var servedTypes: [ServedType] {
    let storage = versions.first(where: \.storage)?.name ?? ""
    return versions.filter(\.served).map { version in
      var served = ServedType(
        type: ResourceType(group: group, version: version.name, kind: names.kind, plural: names.plural, namespaced: namespaced),
        singular: names.singular, listKind: names.listKind, storageVersion: storage, origin: .custom(version.rules))
      served.shortNames = names.shortNames
      served.categories = names.categories
      served.hasStatus = version.hasStatus
      served.hasScale = version.hasScale
      served.selectableFields = Array(Set(versions.flatMap(\.selectableFields))).sorted()
      served.hasGeneration = true
      served.isTerminating = isTerminating
      served.deprecationWarning = version.deprecationWarning
      return served
    }
  }
}
