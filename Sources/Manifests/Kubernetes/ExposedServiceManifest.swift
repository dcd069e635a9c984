import JSON
import Kubernetes
import QoSAPI

/// A Service of type LoadBalancer or NodePort for the data plane's pods.
package enum ExposedServiceManifest {
  /// - Parameters:
  ///   - selector: Labels of the data plane's pods, which must be in the deployment's namespace.
  ///   - port: What callers use; the pods' port is called `gateway`.
  package static func object(for intent: ServingIntent, selector: [String: String], port: Int) -> KubeObject {
    let exposure = intent.deployment.exposure
    var object = intent.object(.service, named: intent.gatewayName, annotations: exposure.annotations)
    var spec: JSONValue = [
      "type": .string(exposure.kind.rawValue), "selector": JSONValue(selector),
      "ports": [["name": "http-gateway", "port": JSONValue(port), "targetPort": "gateway", "protocol": "TCP"]],
    ]
    // Nodes without a pod are left out, and the caller's address stays what it is.
    if exposure.kind == .loadBalancer { spec["externalTrafficPolicy"] = "Local" }
    object["spec"] = spec
    return object
  }
}
