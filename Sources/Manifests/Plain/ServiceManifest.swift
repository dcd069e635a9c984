import JSON
import Kubernetes
import QoSAPI

/// The Service in front of a plain Deployment; its EndpointSlices tell the data plane who is ready.
package enum ServiceManifest {
  package static func object(for intent: ServingIntent) -> KubeObject {
    var object = intent.object(.service, named: intent.workload)
    object["spec"] = [
      "type": "ClusterIP", "selector": JSONValue(intent.platform.podLabels(intent.name)),
      "ports": [["name": "http", "port": 80, "targetPort": JSONValue(intent.platform.port), "protocol": "TCP"]],
    ]
    return object
  }
}
