import JSON
import Kubernetes

/// What a CustomResourceDefinition defines.
package enum CustomResources {
  /// The served versions of `crd`, as kinds. Throws everything that is wrong with it, in the words of the API server.
  package static func definitions(of crd: JSONValue) throws(FieldErrors) -> [ResourceDefinition] { [] }
}
