import JSON
import Kubernetes
import QoSAPI

/// KEDA's ScaledObject: demand is what the model servers hold plus what waits in the data plane.
///
/// It targets the Deployment that KServe makes: an InferenceService has no `/scale`.
package enum ScaledObjectManifest {
  /// `nil` when there is nobody to ask for the demand.
  package static func object(for intent: ServingIntent) -> KubeObject? {
    guard intent.autoscaler == .keda, let trigger = trigger(intent) else { return nil }
    var object = intent.object(.scaledObject)
    object["spec"] = [
      "scaleTargetRef": [
        "apiVersion": "apps/v1", "kind": "Deployment", "name": .string(intent.workload),
      ],
      "pollingInterval": 5,
      "cooldownPeriod": 600,
      // A model that was just deployed is not idle, it is loading.
      "initialCooldownPeriod": JSONValue(max(600, StartupTime(intent).probeSeconds)),
      "minReplicaCount": JSONValue(intent.minReplicas),
      "maxReplicaCount": JSONValue(intent.maxReplicas),
      "fallback": [
        "failureThreshold": 3, "replicas": JSONValue(intent.steadyReplicas), "behavior": "currentReplicasIfHigher",
      ],
      "advanced": [
        "restoreToOriginalReplicaCount": false,
        // KEDA's own name for it is longer, and may be too long.
        "horizontalPodAutoscalerConfig": ["name": .string("\(intent.name)-qos"), "behavior": ScalingBehavior.json],
      ],
      "triggers": [trigger],
    ]
    return object
  }

  private static func trigger(_ intent: ServingIntent) -> JSONValue? {
    if let scaler = intent.settings.externalScalerAddress { return external(intent, scaler: scaler) }
    return intent.settings.prometheusAddress.map { prometheus(intent, address: $0) }
  }

  /// The operator itself says how many requests there are, and when the first one comes: no Prometheus in the loop.
  private static func external(_ intent: ServingIntent, scaler: String) -> JSONValue {
    var metadata: JSONValue = [
      "scalerAddress": .string(scaler), "namespace": .string(intent.namespace), "model": .string(intent.name),
      "target": .string("\(intent.requestsPerReplica)"),
    ]
    let protected = intent.tiers.filter(\.isProtected).map(\.name)
    if !protected.isEmpty { metadata["protected"] = .string(protected.joined(separator: ",")) }
    return ["type": "external-push", "name": "demand", "metricType": "AverageValue", "metadata": metadata]
  }

  /// AverageValue divides by the threshold only, so the query is a sum; dividing by pods in it too would divide twice.
  private static func prometheus(_ intent: ServingIntent, address: String) -> JSONValue {
    [
      "type": "prometheus", "name": "demand", "metricType": "AverageValue",
      "metadata": [
        "serverAddress": .string(address), "query": .string(Demand.query(intent)), "threshold": .string("\(intent.requestsPerReplica)"),
        "activationThreshold": "0",
        // No answer is not zero demand: it is a failure, and then the fallback holds.
        "ignoreNullValues": "false",
      ],
    ]
  }
}

/// Up at once, by doubling; down one replica every two minutes, after ten quiet ones: loading a model is expensive.
enum ScalingBehavior {
  static let json: JSONValue = [
    "scaleUp": [
      "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
      "policies": [["type": "Percent", "value": 100, "periodSeconds": 60], ["type": "Pods", "value": 2, "periodSeconds": 60]],
    ],
    "scaleDown": [
      "stabilizationWindowSeconds": 600, "selectPolicy": "Max", "policies": [["type": "Pods", "value": 1, "periodSeconds": 120]],
    ],
  ]
}
