import JSON
import Kubernetes
import QoSAPI

/// Gateway API's HTTPRoute to the data plane, or to an InferencePool whose gateway asks our endpoint picker.
package enum HTTPRouteManifest {
  package static func toDataPlane(_ intent: ServingIntent, _ service: ServiceReference) -> KubeObject {
    var backend: JSONValue = ["name": .string(service.name), "port": JSONValue(service.port)]
    if service.namespace != intent.namespace { backend["namespace"] = .string(service.namespace) }
    return object(intent, backend: backend)
  }

  package static func toPool(_ intent: GatewayIntent) -> KubeObject {
    object(intent.serving, backend: ["group": "inference.networking.k8s.io", "kind": "InferencePool", "name": .string(intent.name)])
  }

  /// Lets the routes of `namespace` reach a Service of another one; without it the Gateway refuses. `nil` in the same namespace.
  package static func grant(namespace: String, _ service: ServiceReference) -> KubeObject? {
    guard service.namespace != namespace else { return nil }
    var object = KubeObject(.referenceGrant, namespace: service.namespace, name: "podium-\(namespace)")
    object[["metadata", "labels"]] = ["app.kubernetes.io/managed-by": "podium", "app.kubernetes.io/part-of": "podium"]
    object["spec"] = [
      "from": [["group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": .string(namespace)]],
      "to": [["group": "", "kind": "Service", "name": .string(service.name)]],
    ]
    return object
  }

  private static func object(_ intent: ServingIntent, backend: JSONValue) -> KubeObject {
    let exposure = intent.deployment.exposure
    var object = intent.object(.httpRoute, named: intent.gatewayName, annotations: exposure.annotations)
    var spec: JSONValue = [:]
    if let gateway = exposure.gateway {
      var parent: JSONValue = ["group": "gateway.networking.k8s.io", "kind": "Gateway", "name": .string(gateway.name)]
      if let namespace = gateway.namespace { parent["namespace"] = .string(namespace) }
      spec["parentRefs"] = [parent]
    }
    if let host = exposure.host { spec["hostnames"] = [.string(host)] }
    spec["rules"] = [rule(exposure.path ?? "/", backend)]
    object["spec"] = spec
    return object
  }

  private static func rule(_ path: String, _ backend: JSONValue) -> JSONValue {
    var rule: JSONValue = [
      "matches": [["path": ["type": "PathPrefix", "value": .string(path)]]], "backendRefs": [backend],
      // Answers are long: the usual 15 seconds of a gateway would cut them off. Headers are not edited here: a route's edits come after
      // all filters.
      "timeouts": ["request": "600s", "backendRequest": "600s"],
    ]
    if path != "/", !path.hasPrefix("/v1") {
      rule["filters"] = [["type": "URLRewrite", "urlRewrite": ["path": ["type": "ReplacePrefixMatch", "replacePrefixMatch": "/"]]]]
    }
    return rule
  }
}
