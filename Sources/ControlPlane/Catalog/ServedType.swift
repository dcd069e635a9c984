import APIMachinery
import JSON
import Kubernetes

/// A kind in one version, as the server serves it.
package struct ServedType: Sendable {
  package var type: ResourceType
  package var singular: String
  package var shortNames: [String] = []
  package var categories: [String] = []
  package var listKind: String
  /// The version in which the objects are kept.
  package var storageVersion: String
  package var hasStatus = false
  package var hasScale = false
  /// Dotted paths that field selectors may use, next to name and namespace.
  package var selectableFields: [String] = []
  /// Whether `metadata.generation` counts the changes of the desired state.
  package var hasGeneration = false
  /// The definition is being deleted: nothing new is created.
  package var isTerminating = false
  /// Said to everyone who uses this version.
  package var deprecationWarning: String?
  package var origin: Origin

  package enum Origin: Sendable {
    case builtIn(ResourceDefinition)
    case custom(CustomVersion)
  }

  package var collection: CollectionName {
    // Core v1 and events.k8s.io/v1 are two forms of the same Events.
    type.group == "events.k8s.io" ? CollectionName(group: "", plural: type.plural) : CollectionName(type)
  }
  package var isCustom: Bool { if case .custom = origin { true } else { false } }
  /// The `apiVersion` of the objects in the store.
  package var storageAPIVersion: String { collection.group.isEmpty ? storageVersion : "\(collection.group)/\(storageVersion)" }
  package static let verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

  /// Changes with the definition of a custom kind.
  var revision: String { if case .custom(let version) = origin { version.revision } else { "" } }

  /// The same kind in the version that is kept.
  var inStorageVersion: ServedType {
    var served = self
    served.type = ResourceType(
      group: collection.group, version: storageVersion, kind: type.kind, plural: type.plural, namespaced: type.namespaced)
    return served
  }

  /// Schema, columns and all; of a custom kind it is compiled at the first need.
  func definition() throws -> ResourceDefinition {
    switch origin {
    case .builtIn(let definition): definition
    case .custom(let version): try version.definition()
    }
  }

  func subject(_ name: String) -> APIError.Subject {
    APIError.Subject(group: type.group, plural: type.plural, kind: type.kind, name: name)
  }
}

extension ServedType {
  init(builtIn definition: ResourceDefinition) {
    self.init(
      type: definition.type, singular: definition.singular, listKind: definition.listKind, storageVersion: definition.type.version,
      origin: .builtIn(definition))
    shortNames = definition.shortNames
    categories = definition.categories
    hasStatus = definition.hasStatus
    hasScale = definition.scale != nil
    selectableFields = definition.selectableFields
    hasGeneration = definition.countsGenerations
    deprecationWarning = definition.deprecationWarning
  }
}
