import JSON
import Kubernetes

/// A kind that the API serves, in one version: what an API server must know to serve it.
package struct ResourceDefinition: Sendable {
  package let type: ResourceType
  package let singular: String
  package let shortNames: [String]
  package let categories: [String]
  package let listKind: String
  package let schema: StructuralSchema
  package let columns: [PrinterColumn]
  package let hasStatus: Bool
  package let scale: ScaleSubresource?
  /// From a CRD: no strategic merge patch, CEL rules, pruning.
  package let isCustom: Bool
  /// Whether it counts changes of everything but metadata and status in `metadata.generation`.
  package let countsGenerations: Bool
  /// For CRDs: whether objects are stored in this version.
  package let isStorageVersion: Bool
  /// The warning for every answer, when the version is deprecated.
  package let deprecationWarning: String?
  /// Paths that field selectors may use beside metadata.name and metadata.namespace: `spec.nodeName`.
  package let selectableFields: [String]
  /// The schema as written, for clients: a definition's name for built-in kinds, `openAPIV3Schema` for CRDs.
  package let openAPI: OpenAPISource

  package enum OpenAPISource: Sendable {
    case definition(String)
    case schema(JSONValue)
  }
}

/// Where `/scale` reads and writes.
package struct ScaleSubresource: Sendable, Equatable {
  package let specReplicas: [String]
  package let statusReplicas: [String]
  /// A label selector, as an object (built-in kinds) or as text.
  package let selector: [String]?
}
