import JSON
import Kubernetes
import QoSAPI

/// An Ingress to the data plane's Service, which must be in the deployment's namespace.
package enum IngressManifest {
  package static func object(for intent: ServingIntent, _ service: ServiceReference) -> KubeObject {
    let exposure = intent.deployment.exposure
    var object = intent.object(.ingress, named: intent.gatewayName, annotations: exposure.annotations)
    var spec: JSONValue = [:]
    if let name = exposure.ingressClassName { spec["ingressClassName"] = .string(name) }
    if let secret = exposure.tlsSecretName {
      var tls: JSONValue = ["secretName": .string(secret)]
      if let host = exposure.host { tls["hosts"] = [.string(host)] }
      spec["tls"] = [tls]
    }
    let backend: JSONValue = ["service": ["name": .string(service.name), "port": ["number": JSONValue(service.port)]]]
    var rule: JSONValue = ["http": ["paths": [["path": .string(exposure.path ?? "/"), "pathType": "Prefix", "backend": backend]]]]
    if let host = exposure.host { rule = ["host": .string(host), "http": rule["http"] ?? [:]] }
    spec["rules"] = [rule]
    object["spec"] = spec
    return object
  }
}
