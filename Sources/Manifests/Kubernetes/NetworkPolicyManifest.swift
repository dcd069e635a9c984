import JSON
import Kubernetes
import QoSAPI

/// Only the data plane, and whom the deployment names, may connect to the model servers.
///
/// vLLM's API key guards four prefixes of paths; /metrics, /pause, /abort_requests and others stay open to whoever connects.
package enum NetworkPolicyManifest {
  /// - Parameter namespaces: Where the data plane and the external processor run.
  package static func object(for intent: ServingIntent, namespaces: [String]) -> KubeObject? {
    guard let access = intent.deployment.networkAccess else { return nil }
    var object = intent.object(.networkPolicy)
    let allowed = (namespaces + access.allowedNamespaces).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    object["spec"] = [
      "podSelector": ["matchLabels": JSONValue(intent.platform.podLabels(intent.name))], "policyTypes": ["Ingress"],
      "ingress": [
        [
          "from": .array(
            allowed.map { ["namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": .string($0)]]] }),
          "ports": [["protocol": "TCP", "port": JSONValue(intent.platform.port)]],
        ]
      ],
    ]
    return object
  }
}
