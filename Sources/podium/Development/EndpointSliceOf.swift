import JSON
import Kubernetes
import QoSAPI

/// The EndpointSlice of one simulated replica. In a cluster all pods of a Service listen on one port and share a slice; here each
/// server has a port of its own, and so a slice.
enum EndpointSliceOf {
  static func name(_ service: ObjectKey, _ endpoint: LocalModelServer.Endpoint) -> String {
    "\(service.name)-predictor-\(endpoint.number)"
  }

  static func object(_ service: ObjectKey, _ endpoint: LocalModelServer.Endpoint, owner: OwnerReference) -> KubeObject {
    var slice = KubeObject(.endpointSlice, namespace: service.namespace, name: name(service, endpoint))
    let isReady = endpoint.phase == .ready
    let isStarting = endpoint.phase == .starting
    // Who ends answers what it has, and is sent nothing more.
    let conditions: JSONValue = ["ready": .bool(isReady), "serving": .bool(!isStarting), "terminating": .bool(!isReady && !isStarting)]
    slice[["metadata", "labels"]] = [
      "kubernetes.io/service-name": .string("\(service.name)-predictor"),
      "endpointslice.kubernetes.io/managed-by": .string(LocalModelRunner.manager),
    ]
    slice[["metadata", "ownerReferences"]] = [owner.json]
    slice["addressType"] = "IPv4"
    slice["endpoints"] = [["addresses": ["127.0.0.1"], "conditions": conditions]]
    slice["ports"] = [["name": "http1", "port": JSONValue(endpoint.port), "protocol": "TCP"]]
    return slice
  }
}
