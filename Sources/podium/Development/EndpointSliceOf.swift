import JSON
import Kubernetes
import QoSAPI

/// The EndpointSlice of one simulated replica. In a cluster all pods of a Service listen on one port and share a slice; here each
/// server has a port of its own, and so a slice.
enum EndpointSliceOf {
  static func name(_ service: ObjectKey, index: Int) -> String { "\(service.name)-predictor-\(index)" }

  static func object(_ service: ObjectKey, index: Int, port: Int, owner: OwnerReference) -> KubeObject {
    var slice = KubeObject(.endpointSlice, namespace: service.namespace, name: name(service, index: index))
    slice[["metadata", "labels"]] = [
      "kubernetes.io/service-name": .string("\(service.name)-predictor"),
      "endpointslice.kubernetes.io/managed-by": .string(LocalModelRunner.manager),
    ]
    slice[["metadata", "ownerReferences"]] = [owner.json]
    slice["addressType"] = "IPv4"
    slice["endpoints"] = [["addresses": ["127.0.0.1"], "conditions": ["ready": true, "serving": true, "terminating": false]]]
    slice["ports"] = [["name": "http1", "port": JSONValue(port), "protocol": "TCP"]]
    return slice
  }
}
