import Kubernetes
import Manifests
import Planning
import QoSAPI

/// What a canary's servers are made from. They are not scaled and not watched on their own.
struct CanaryServers {
  let objects: [(type: ResourceType, object: KubeObject)]
  private let servingType: ResourceType

  init(
    _ deployment: ModelDeployment, _ canary: ModelDeployment.Canary, _ state: CanaryState, _ platform: ServingPlatform, _ observed: Observed
  ) {
    servingType = platform == .deployment ? .deployment : .inferenceService
    guard let plan = state.plan else {
      objects = []
      return
    }
    var copy = deployment
    copy.object[["metadata", "name"]] = .string(CanaryState.poolName(deployment.object.name))
    let count = Self.replicas(state, canary, plan)
    (copy.autoscaling.minReplicas, copy.autoscaling.maxReplicas) = (count, count)
    var intent = ServingIntent(copy, plan: plan, observed)
    intent.platform = platform
    intent.autoscaler = .none
    let owner = OwnerReference(controlledBy: deployment.object)
    objects = ServingManifests(for: intent).entries.compactMap { entry in
      guard [.inferenceService, .deployment, .service].contains(entry.type), var rendered = entry.object else { return nil }
      if let owner { rendered[["metadata", "ownerReferences"]] = [owner.json] }
      return (entry.type, rendered)
    }
  }

  /// As many as its part of the requests needs; all of them before it gets all the requests.
  static func replicas(_ state: CanaryState, _ canary: ModelDeployment.Canary, _ plan: CapacityPlan) -> Int {
    guard state.phase != .promoting else { return max(1, plan.replicas) }
    let percent = max(state.percent, canary.steps.first ?? 0)
    return max(1, (plan.replicas * percent + 99) / 100)
  }

  /// Whether what is in the cluster was made from these, and is ready: not what is left of another canary.
  func areReady(_ snapshot: Snapshot) -> Bool {
    guard let rendered = objects.first(where: { $0.type == servingType })?.object, let live = snapshot[servingType, rendered.key],
      !ManifestDiff.isNeeded(ManifestDiff.signed(rendered), live: live)
    else { return false }
    let workload = ObjectKey(namespace: rendered.namespace, name: ServingIntent.predictorName(rendered.name))
    return ServingReadiness(live, type: servingType, workload: snapshot[.deployment, workload]).isComplete
  }
}
