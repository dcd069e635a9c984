import JSON
import Kubernetes
import QoSAPI

/// An HPA where KEDA is absent, on an external metric with the same meaning as KEDA's trigger; the cluster's metrics adapter has to
/// provide it with the labels `namespace` and `model`.
///
/// It cannot scale to zero, and while the metric is missing it leaves the number as it is.
package enum HorizontalPodAutoscalerManifest {
  package static func object(for intent: ServingIntent) -> KubeObject? {
    guard let metric = intent.settings.externalMetric else { return nil }
    var object = intent.object(.horizontalPodAutoscaler)
    object["spec"] = [
      "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(intent.workload)],
      "minReplicas": JSONValue(max(1, intent.minReplicas)), "maxReplicas": JSONValue(intent.maxReplicas),
      "metrics": [
        [
          "type": "External",
          "external": [
            "metric": [
              "name": .string(metric),
              "selector": ["matchLabels": ["namespace": .string(intent.namespace), "model": .string(intent.name)]],
            ],
            "target": ["type": "AverageValue", "averageValue": .string("\(intent.requestsPerReplica)")],
          ],
        ]
      ],
      "behavior": ScalingBehavior.json,
    ]
    return object
  }
}
