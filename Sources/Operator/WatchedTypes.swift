import Kubernetes
import Manifests
import QoSAPI

/// What the operator reads. All but our own kinds may be missing from a cluster: they are picked up when they appear.
enum WatchedTypes {
  static let all: [ResourceType] =
    [
      .qosPolicy, .modelDeployment, .inferenceService, .scaledObject, .podMonitor, .authPolicy, .endpointSlice, .endpointSliceV1Beta1,
      .secret, .node,
    ] + owned.filter { ![.inferenceService, .scaledObject, .podMonitor].contains($0) }

  /// What is made for a ModelDeployment.
  static let owned: [ResourceType] = [
    .inferenceService, .llmInferenceService, .deployment, .service, .scaledObject, .horizontalPodAutoscaler, .podMonitor, .prometheusRule,
    .configMap, .httpRoute, .referenceGrant, .ingress, .networkPolicy, .podDisruptionBudget,
  ]

  /// Kinds of which a cluster has far more than ours, and of which we read only ours (those that KServe makes for us have the label too).
  static let selections: [ResourceType: Selection] = Dictionary(
    uniqueKeysWithValues: [.deployment, .horizontalPodAutoscaler, .configMap].map {
      ($0, Selection(labels: "app.kubernetes.io/managed-by=podium"))
    })

  /// What may be forbidden: without Secrets no API key carries a tier, without Nodes a plan takes any accelerator there is,
  /// and what a chart of an older version does not grant is not made.
  static let optional: Set<ResourceType> = [
    .secret, .node, .llmInferenceService, .deployment, .service, .horizontalPodAutoscaler, .prometheusRule, .configMap,
    .httpRoute, .referenceGrant, .ingress, .networkPolicy, .podDisruptionBudget,
  ]
}
