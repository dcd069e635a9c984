import JSON
import Kubernetes
import QoSAPI

/// How many model servers a drain may take at once. Servers that never came up may always go: they serve nobody.
package enum DisruptionBudgetManifest {
  package static func object(for intent: ServingIntent) -> KubeObject? {
    guard let most = intent.deployment.availability.maxUnavailable else { return nil }
    var object = intent.object(.podDisruptionBudget)
    object["spec"] = [
      "maxUnavailable": JSONValue(most), "unhealthyPodEvictionPolicy": "AlwaysAllow",
      "selector": ["matchLabels": JSONValue(intent.platform.podLabels(intent.name))],
    ]
    return object
  }
}

/// Where the replicas of a model are put.
enum TopologySpread {
  /// As a pod's `topologySpreadConstraints`; `nil` where it does not matter. A wish, not a condition: GPUs are where they are.
  static func json(for intent: ServingIntent) -> JSONValue? {
    let key: String
    switch intent.deployment.availability.topologySpread {
    case .none: return nil
    case .host: key = "kubernetes.io/hostname"
    case .zone: key = "topology.kubernetes.io/zone"
    }
    return [
      [
        "maxSkew": 1, "topologyKey": .string(key), "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": ["matchLabels": JSONValue(intent.platform.podLabels(intent.name))],
      ]
    ]
  }
}
