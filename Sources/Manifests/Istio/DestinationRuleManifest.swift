import JSON
import Kubernetes

/// Istio's DestinationRule for model servers: who is chosen, how much is let through, and who is left out for a while.
package enum DestinationRuleManifest {
  package struct Subset: Sendable, Hashable {
    package var name: String
    /// Empty for all pods of the host.
    package var labels: [String: String]

    package init(name: String, labels: [String: String] = [:]) {
      self.name = name
      self.labels = labels
    }
  }

  package static func json(host: String, namespace: String?, subsets: [Subset], limits: EnvoyLimits = EnvoyLimits()) -> JSONValue {
    let name = host.split(separator: ".").first.map(String.init) ?? host
    var object = KubeObject(.destinationRule, namespace: namespace, name: name)
    object["spec"] = spec(host: host, subsets: subsets, limits: limits)
    return object.json
  }

  static func spec(host: String, subsets: [Subset], limits: EnvoyLimits) -> JSONValue {
    var spec: JSONValue = ["host": .string(host), "trafficPolicy": trafficPolicy(limits)]
    if !subsets.isEmpty {
      spec["subsets"] = .array(
        subsets.map { subset in
          var json: JSONValue = ["name": .string(subset.name)]
          if !subset.labels.isEmpty { json["labels"] = JSONValue(subset.labels) }
          return json
        })
    }
    return spec
  }

  private static func trafficPolicy(_ limits: EnvoyLimits) -> JSONValue {
    let limit = JSONValue(limits.requests)
    return [
      "loadBalancer": ["simple": "LEAST_REQUEST", "warmup": ["duration": "60s"]],
      "connectionPool": [
        "tcp": ["maxConnections": limit, "connectTimeout": "2s"],
        "http": [
          "http1MaxPendingRequests": limit, "http2MaxRequests": limit,
          "maxRequestsPerConnection": JSONValue(limits.requestsPerConnection), "maxRetries": 3,
        ],
      ],
      // Istio's minHealthPercent is Envoy's panic threshold; 0, its default, never sends to servers that are known to be sick.
      "outlierDetection": [
        "consecutive5xxErrors": 5, "consecutiveGatewayErrors": 5, "interval": "5s", "baseEjectionTime": "30s",
        "maxEjectionPercent": JSONValue(limits.maxEjectionPercent), "minHealthPercent": 0,
      ],
    ]
  }
}
