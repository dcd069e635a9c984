import JSON
import Kubernetes
import QoSAPI

/// The most GPUs that a namespace may ask for: what the plans need at their largest number of replicas, and one replica of each more
/// for a rolling update.
package enum QuotaManifest {
  package static func object(for intents: [ServingIntent], namespace: String) -> KubeObject {
    let gpus = intents.reduce(0) { $0 + $1.plan.gpusPerReplica * ($1.maxReplicas + 1) }
    var object = KubeObject(.resourceQuota, namespace: namespace, name: "podium-gpus")
    object[["metadata", "labels"]] = ["app.kubernetes.io/managed-by": "podium", "app.kubernetes.io/part-of": "podium"]
    object["spec"] = ["hard": ["requests.nvidia.com/gpu": .string("\(gpus)")]]
    return object
  }
}
