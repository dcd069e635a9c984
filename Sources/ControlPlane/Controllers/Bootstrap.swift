import JSON
import Kubernetes

/// What every cluster has from its first moment.
enum Bootstrap {
  static let namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"]
  /// These cannot be deleted.
  static let protectedNamespaces = ["default", "kube-public", "kube-system"]

  /// Creates what is missing.
  static func run(_ handler: Handler) throws {
    for name in namespaces
    where handler.store.get(CollectionName(group: "", plural: "namespaces"), ObjectKey(namespace: nil, name: name)) == nil {
      let body: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
      let request = ServerRequest(
        method: .post, target: "/api/v1/namespaces", contentType: "application/json", userAgent: "podium-control-plane", body: body.bytes())
      if case .whole(let reply) = handler.handle(request), reply.code != 201 {
        throw StartError.bootstrap("namespace \(name): \(String(decoding: reply.body, as: UTF8.self))")
      }
    }
  }

  /// Server-side applies CustomResourceDefinitions, as `kubectl apply --server-side --force-conflicts` would.
  static func apply(_ definitions: [JSONValue], _ handler: Handler) throws {
    for definition in definitions {
      let name = definition[["metadata", "name"]]?.string ?? ""
      let request = ServerRequest(
        method: .patch, target: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/\(name)?fieldManager=podium-dev&force=true",
        contentType: "application/apply-patch+yaml", userAgent: "podium-control-plane", body: definition.bytes())
      if case .whole(let reply) = handler.handle(request), reply.code > 201 {
        throw StartError.bootstrap("CustomResourceDefinition \(name): \(String(decoding: reply.body, as: UTF8.self))")
      }
    }
  }
}
