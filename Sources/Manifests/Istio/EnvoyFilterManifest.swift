import JSON
import Kubernetes
import QoSAPI

/// Puts the external processor into Istio's gateway, behind whoever authenticates.
///
/// Istio applies filters by priority. Kuadrant's is put before the router with priority 0; with 10 ours comes after it and lands between
/// the two, so that the tier it reads is Kuadrant's and not the caller's.
package enum EnvoyFilterManifest {
  package static func object(for intent: GatewayIntent) -> KubeObject {
    var object = intent.gatewayObject(.envoyFilter, name: "podium-ext-proc")
    object[["metadata", "labels", "app.kubernetes.io/instance"]] = nil
    var spec: JSONValue = ["priority": 10]
    if let gateway = intent.exposure.gateway {
      spec["targetRefs"] = [["group": "gateway.networking.k8s.io", "kind": "Gateway", "name": .string(gateway.name)]]
    }
    spec["configPatches"] = [filter(intent), processorCluster(intent)]
    object["spec"] = spec
    return object
  }

  private static func cluster(_ intent: GatewayIntent) -> String { "outbound|\(intent.processor.port)||\(intent.processor.host)" }

  private static func filter(_ intent: GatewayIntent) -> JSONValue {
    [
      "applyTo": "HTTP_FILTER",
      "match": [
        "context": "GATEWAY",
        "listener": [
          "filterChain": [
            "filter": [
              "name": "envoy.filters.network.http_connection_manager", "subFilter": ["name": "envoy.filters.http.router"],
            ]
          ]
        ],
      ],
      "patch": [
        "operation": "INSERT_BEFORE",
        "value": ExternalProcessorFilter.json(name: "\(ExternalProcessorFilter.name).podium", cluster: cluster(intent)),
      ],
    ]
  }

  /// Room for every request that waits: Envoy's own limit would answer the 1,025th with 500.
  private static func processorCluster(_ intent: GatewayIntent) -> JSONValue {
    [
      "applyTo": "CLUSTER",
      "match": [
        "context": "GATEWAY",
        "cluster": ["service": .string(intent.processor.host), "portNumber": JSONValue(intent.processor.port)],
      ],
      "patch": [
        "operation": "MERGE",
        "value": [
          "circuit_breakers": ["thresholds": [["max_connections": 40_000, "max_pending_requests": 40_000, "max_requests": 40_000]]]
        ],
      ],
    ]
  }
}
