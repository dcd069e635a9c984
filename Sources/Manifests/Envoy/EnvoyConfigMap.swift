import JSON
import Kubernetes

/// A configuration of Envoy where a pod can mount it: `envoy -c /etc/envoy/envoy.yaml`.
package enum EnvoyConfigMap {
  package static func json(name: String, namespace: String? = nil, yaml: String) -> JSONValue {
    var object = KubeObject(.configMap, namespace: namespace, name: name)
    object["data"] = ["envoy.yaml": .string(yaml)]
    return object.json
  }
}
