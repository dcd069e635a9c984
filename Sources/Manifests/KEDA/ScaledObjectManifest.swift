import JSON
import Kubernetes
import QoSAPI

/// KEDA's ScaledObject: demand is what the model servers hold plus what waits in the data plane.
///
/// It targets the Deployment that KServe makes: an InferenceService has no `/scale`.
package enum ScaledObjectManifest {
  /// `nil` without Prometheus: nothing could answer the query.
  package static func object(for intent: ServingIntent) -> KubeObject? {
    guard intent.isAutoscaled, let prometheus = intent.settings.prometheusAddress else { return nil }
    var object = intent.object(.scaledObject)
    object["spec"] = [
      "scaleTargetRef": [
        "apiVersion": "apps/v1", "kind": "Deployment", "name": .string(ServingIntent.predictorName(intent.name)),
      ],
      "pollingInterval": 5,
      "cooldownPeriod": 600,
      // A model that was just deployed is not idle, it is loading.
      "initialCooldownPeriod": 1800,
      "minReplicaCount": JSONValue(intent.minReplicas),
      "maxReplicaCount": JSONValue(intent.maxReplicas),
      "fallback": [
        "failureThreshold": 3, "replicas": JSONValue(intent.steadyReplicas), "behavior": "currentReplicasIfHigher",
      ],
      "advanced": [
        "restoreToOriginalReplicaCount": false,
        "horizontalPodAutoscalerConfig": ["name": .string("\(intent.name)-qos"), "behavior": behavior],
      ],
      "triggers": [trigger(intent, prometheus: prometheus)],
    ]
    return object
  }

  /// Up at once, by doubling; down one replica every two minutes, after ten quiet ones: loading a model is expensive.
  private static let behavior: JSONValue = [
    "scaleUp": [
      "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
      "policies": [["type": "Percent", "value": 100, "periodSeconds": 60], ["type": "Pods", "value": 2, "periodSeconds": 60]],
    ],
    "scaleDown": [
      "stabilizationWindowSeconds": 600, "selectPolicy": "Max", "policies": [["type": "Pods", "value": 1, "periodSeconds": 120]],
    ],
  ]

  /// AverageValue divides by the threshold only, so the query is a sum; dividing by pods in it too would divide twice.
  private static func trigger(_ intent: ServingIntent, prometheus: String) -> JSONValue {
    [
      "type": "prometheus", "name": "demand", "metricType": "AverageValue",
      "metadata": [
        "serverAddress": .string(prometheus), "query": .string(query(intent)), "threshold": .string("\(intent.requestsPerReplica)"),
        "activationThreshold": "0",
        // No answer is not zero demand: it is a failure, and then the fallback holds.
        "ignoreNullValues": "false",
      ],
    ]
  }

  static func query(_ intent: ServingIntent) -> String {
    let servers = "{namespace=\"\(intent.namespace)\",model_name=\"\(intent.name)\"}"
    let held = "sum(vllm:num_requests_running\(servers)) + sum(vllm:num_requests_waiting\(servers))"
    let waiting = "(sum(qos_queue_depth{namespace=\"\(intent.namespace)\",model=\"\(intent.name)\"}) or vector(0))"
    // Servers that are scaled to zero report nothing: only what waits can wake them.
    return intent.minReplicas == 0 ? "((\(held)) or vector(0)) + \(waiting)" : "\(held) + \(waiting)"
  }
}
