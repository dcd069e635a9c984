import Kubernetes
import Manifests
import Planning
import QoSAPI

/// What a canary's servers are made from, and who may connect to them. They are not scaled and not watched on their own.
struct CanaryServers {
  let objects: [(type: ResourceType, object: KubeObject)]
  private let servingType: ResourceType
  /// The Deployment of its pods.
  private let workload: ObjectKey

  init(
    _ deployment: ModelDeployment, _ canary: ModelDeployment.Canary, _ state: CanaryState, _ platform: ServingPlatform, _ observed: Observed
  ) {
    servingType = platform == .deployment ? .deployment : .inferenceService
    let pool = CanaryState.poolName(deployment.object.name)
    workload = ObjectKey(namespace: deployment.object.namespace, name: platform.workload(pool))
    guard let plan = state.plan else {
      objects = []
      return
    }
    var copy = deployment
    copy.object[["metadata", "name"]] = .string(pool)
    let count = Self.replicas(state, canary, plan)
    (copy.autoscaling.minReplicas, copy.autoscaling.maxReplicas) = (count, count)
    var intent = ServingIntent(copy, plan: plan, observed)
    intent.platform = platform
    intent.autoscaler = .none
    let entries = ServingManifests(for: intent).entries.compactMap { entry in entry.object.map { (type: entry.type, object: $0) } }
    let namespace = copy.object.namespace ?? "default"
    let callers = observed.settings.dataPlaneService(in: namespace)?.namespace ?? namespace
    let access = NetworkPolicyManifest.object(for: intent, namespaces: [callers]).map { (type: ResourceType.networkPolicy, object: $0) }
    let owner = OwnerReference(controlledBy: deployment.object)
    objects = (entries.filter { Self.made.contains($0.type) } + [access].compactMap { $0 }).map { entry in
      var entry = entry
      if let owner { entry.object[["metadata", "ownerReferences"]] = [owner.json] }
      return entry
    }
  }

  private static let made: [ResourceType] = [.inferenceService, .deployment, .service]

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
    return ServingReadiness(live, type: servingType, workload: snapshot[.deployment, workload]).isComplete
  }
}
