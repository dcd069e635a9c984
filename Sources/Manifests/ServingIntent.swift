import JSON
import Kubernetes
import Planning
import QoSAPI

/// A deployment with its plan: all that the objects of other projects are made from.
///
///     ServingIntent ─▶ KServe/InferenceService ─▶ Deployment and Service NAME-predictor (made by KServe)
///                   ─▶ KEDA/ScaledObject       ─▶ scales that Deployment
///                   ─▶ Prometheus/PodMonitor   ─▶ feeds the ScaledObject's query
package struct ServingIntent: Sendable {
  /// The port on which every model server listens.
  package static let port = 8080

  package let deployment: ModelDeployment
  package let plan: CapacityPlan
  package let settings: ManifestSettings
  /// Whether KEDA scales it; else KServe keeps the number of replicas fixed.
  package let isAutoscaled: Bool

  package init(deployment: ModelDeployment, plan: CapacityPlan, settings: ManifestSettings, isAutoscaled: Bool) {
    self.deployment = deployment
    self.plan = plan
    self.settings = settings
    self.isAutoscaled = isAutoscaled
  }

  package var name: String { deployment.name }
  var namespace: String { deployment.object.namespace ?? "default" }
  /// The name of the Deployment and the Service that KServe makes.
  package static func predictorName(_ name: String) -> String { "\(name)-predictor" }

  /// Requests may name the deployment or the model; the first name is the one in the metrics.
  var servedNames: [String] { ["--served-model-name", name] + (plan.model == name ? [] : [plan.model]) }

  /// The floor: the user's, else the plan's, never above the ceiling.
  package var minReplicas: Int {
    deployment.autoscaling.minReplicas ?? min(plan.minReplicas, deployment.autoscaling.maxReplicas ?? plan.minReplicas)
  }
  /// The ceiling: the user's, else the plan's, never below the floor.
  package var maxReplicas: Int {
    max(1, deployment.autoscaling.maxReplicas ?? max(plan.maxReplicas, deployment.autoscaling.minReplicas ?? 1))
  }
  /// What runs when nobody scales, and when the autoscaler is blind.
  package var steadyReplicas: Int { min(max(plan.replicas, minReplicas), maxReplicas) }

  /// Requests that one replica holds at its planned rate, by Little's law: rate × time in the system (E2E at p95).
  package var requestsPerReplica: Int {
    max(1, Int((plan.requestsPerSecondPerReplica * plan.predicted.e2e / 1000).rounded(.up)))
  }

  /// An object of `type` with the deployment's name that belongs to it.
  func object(_ type: ResourceType, annotations: [String: String] = [:], labels: [String: String] = [:]) -> KubeObject {
    var object = KubeObject(type, namespace: namespace, name: name)
    object[["metadata", "labels"]] = JSONValue(labels.merging(Self.labels(name)) { own, _ in own })
    if !annotations.isEmpty { object[["metadata", "annotations"]] = JSONValue(annotations) }
    if let owner = OwnerReference(controlledBy: deployment.object) { object[["metadata", "ownerReferences"]] = [owner.json] }
    return object
  }

  /// The labels of everything that is made for the deployment called `name`.
  package static func labels(_ name: String) -> [String: String] {
    [
      "app.kubernetes.io/managed-by": "podium", "app.kubernetes.io/part-of": "podium", "app.kubernetes.io/name": "model-server",
      "app.kubernetes.io/instance": name,
    ]
  }

  /// The labels that KServe gives to the pods of the InferenceService called `name`.
  package static func podLabels(_ name: String) -> [String: String] {
    ["serving.kserve.io/inferenceservice": name, "component": "predictor"]
  }
}
