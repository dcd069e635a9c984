import JSON
import Kubernetes
import QoSAPI

/// The most GPUs that a namespace may ask for: what the plans need at their largest number of replicas, and one replica of each more
/// for a rolling update. A canary runs beside a plan, on as many GPUs as that has, as far as is known before it is planned.
package enum QuotaManifest {
  package static func object(for intents: [ServingIntent], namespace: String) -> KubeObject {
    let gpus = intents.reduce(0) { $0 + $1.plan.gpusPerReplica * ($1.maxReplicas + 1 + canary($1)) }
    var object = KubeObject(.resourceQuota, namespace: namespace, name: "podium-gpus")
    object[["metadata", "labels"]] = ["app.kubernetes.io/managed-by": "podium", "app.kubernetes.io/part-of": "podium"]
    object["spec"] = ["hard": ["requests.nvidia.com/gpu": .string("\(gpus)")]]
    return object
  }

  private static func canary(_ intent: ServingIntent) -> Int {
    intent.deployment.rollout.canary == nil ? 0 : max(1, intent.plan.replicas) + 1
  }
}
