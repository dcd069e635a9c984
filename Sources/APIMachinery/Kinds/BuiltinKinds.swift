import JSON
import Kubernetes

/// The built-in kinds, with the schemas of Kubernetes' own OpenAPI document (reduced by `hack/reduce-openapi`).
package struct BuiltinKinds: Sendable {
  package let definitions: [ResourceDefinition]
  /// The reduced document's `definitions`.
  package let openAPI: JSONObject

  /// - Parameter document: `Sources/ControlPlane/Resources/kubernetes-openapi.json`, parsed.
  package init(document: JSONValue) throws(FieldErrors) {
    definitions = []
    openAPI = document["definitions"]?.object ?? [:]
  }
}
