import JSON
import Kubernetes
import QoSAPI

/// Envoy Gateway's policies for a route: who schedules it, how its servers are used, what callers may not send, and in which order the
/// filters run.
package enum EnvoyGatewayManifests {
  package static func objects(for intent: GatewayIntent) -> [KubeObject] {
    [extensionPolicy(intent), backendPolicy(intent), clientPolicy(intent), proxy(intent)].compactMap { $0 }
  }

  private static func route(_ intent: GatewayIntent) -> JSONValue {
    [["group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": .string(intent.serving.gatewayName)]]
  }

  private static func extensionPolicy(_ intent: GatewayIntent) -> KubeObject {
    var object = intent.serving.object(.envoyExtensionPolicy)
    var backend: JSONValue = ["name": .string(intent.processor.name), "port": JSONValue(intent.processor.port)]
    if intent.processor.namespace != intent.namespace { backend["namespace"] = .string(intent.processor.namespace) }
    let metadata: JSONValue = [.string(ExternalProcessorFilter.metadataNamespace)]
    object["spec"] = [
      "targetRefs": route(intent),
      "extProc": [
        [
          "backendRefs": [backend], "failOpen": false, "messageTimeout": "600s",
          "processingMode": ["request": ["body": "FullDuplexStreamed", "attributes": ["source.address", "request.id"]], "response": [:]],
          "metadata": ["accessibleNamespaces": metadata, "writableNamespaces": metadata],
          "backendSettings": [
            "circuitBreaker": ["maxConnections": 40_000, "maxPendingRequests": 40_000, "maxParallelRequests": 40_000]
          ],
        ]
      ],
    ]
    return object
  }

  private static func backendPolicy(_ intent: GatewayIntent) -> KubeObject {
    var object = intent.serving.object(.backendTrafficPolicy)
    let limit = JSONValue(intent.limits.requests)
    object["spec"] = [
      "targetRefs": route(intent), "loadBalancer": ["type": "LeastRequest", "slowStart": ["window": "60s"]],
      "circuitBreaker": [
        "maxConnections": limit, "maxPendingRequests": limit, "maxParallelRequests": limit,
        "maxRequestsPerConnection": JSONValue(intent.limits.requestsPerConnection),
      ],
      "healthCheck": [
        "passive": [
          "consecutive5XxErrors": 5, "consecutiveGatewayErrors": 5, "interval": "5s", "baseEjectionTime": "30s",
          "maxEjectionPercent": JSONValue(intent.limits.maxEjectionPercent),
        ],
        // Never: at the usual 50 % half a pool that is only busy would take the other half down.
        "panicThreshold": 0,
      ],
      "timeout": ["http": ["requestTimeout": .string("\(intent.requestTimeoutSeconds)s")]],
    ]
    return object
  }

  /// Of the Gateway, for its headers are read before a route is chosen. `nil` without a Gateway.
  private static func clientPolicy(_ intent: GatewayIntent) -> KubeObject? {
    guard let gateway = intent.exposure.gateway else { return nil }
    var object = intent.gatewayObject(.clientTrafficPolicy, name: "podium-headers")
    object[["metadata", "labels", "app.kubernetes.io/instance"]] = nil
    object["spec"] = [
      "targetRefs": [["group": "gateway.networking.k8s.io", "kind": "Gateway", "name": .string(gateway.name)]],
      "headers": ["earlyRequestHeaders": ["remove": [.string(Names.tierHeader), "x-gateway-destination-endpoint"]]],
    ]
    return object
  }

  /// The order of filters belongs to the proxies of a Gateway, which names this object in `infrastructure.parametersRef`. Left alone,
  /// ext_proc comes before wasm, in which Kuadrant authenticates: the tier would be the caller's own word.
  private static func proxy(_ intent: GatewayIntent) -> KubeObject? {
    guard intent.exposure.gateway != nil else { return nil }
    var object = intent.gatewayObject(.envoyProxy, name: "podium")
    object[["metadata", "labels", "app.kubernetes.io/instance"]] = nil
    object["spec"] = ["filterOrder": [["name": "envoy.filters.http.ext_proc", "after": "envoy.filters.http.wasm"]]]
    return object
  }
}
