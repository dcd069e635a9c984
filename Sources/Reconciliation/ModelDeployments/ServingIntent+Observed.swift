import Kubernetes
import Manifests
import Planning
import QoSAPI
import Scheduling

extension ServingIntent {
  /// What the cluster has decides who makes the pods and who scales them.
  init(_ deployment: ModelDeployment, plan: CapacityPlan, _ observed: Observed) {
    let snapshot = observed.snapshot
    let settings = observed.settings.manifests
    let hasDemand = settings.prometheusAddress != nil || settings.externalScalerAddress != nil
    self.init(
      deployment: deployment, plan: plan, settings: settings, isAutoscaled: snapshot.isServed(.scaledObject) && hasDemand)
    if !isAutoscaled, settings.externalMetric != nil, snapshot.isServed(.horizontalPodAutoscaler) { autoscaler = .horizontalPodAutoscaler }
    platform = ServingPlatform(deployment, snapshot)
    modelGigabytes = observed.knowledge.gigabytes(of: plan.model)
    let policies = PolicyAssignment(namespace: namespace, snapshot: snapshot)
    tiers = (policies.policy(for: name).map { SchedulingPolicy($0) } ?? .standard).tiers.map { ServedTier($0) }
  }

  /// What is as it should be, and worth a word.
  func notes(_ snapshot: Snapshot) -> [String] {
    var notes: [String] = []
    if platform == .deployment, deployment.serving.platform == nil {
      notes.append(
        snapshot.isServed(.inferenceService)
          ? "KServe has come since; set spec.serving.platform to KServe to move there, with a pause in service"
          : "KServe is not installed, so a plain Deployment serves")
    }
    if platform != .deployment, let seconds = StartupTime(self).expectedSeconds, seconds > StartupTime.kservesPatience {
      notes.append(
        "The weights take about \(seconds) s to load at the stated rates, and KServe reports ProgressDeadlineExceeded after "
          + "\(StartupTime.kservesPatience) s: it comes up all the same")
    }
    if let budget = budgetReplicas, let wanted = deployment.autoscaling.maxReplicas, budget < wanted {
      notes.append("The budget pays for \(budget) replicas, so autoscaling.maxReplicas \(wanted) is not reached")
    }
    return notes
  }
}

extension ServingPlatform {
  /// As stated; else KServe where it is installed, else a plain Deployment. What already serves stays what it is.
  init(_ deployment: ModelDeployment, _ snapshot: Snapshot) {
    if let stated = deployment.serving.platform {
      self = stated
      return
    }
    let plain = ObjectKey(namespace: deployment.object.namespace, name: ServingPlatform.deployment.workload(deployment.name))
    let isPlain = snapshot[.deployment, plain]?.ownerReferences.contains { $0.uid == deployment.object.uid } ?? false
    let needsPlain = !snapshot.isServed(.inferenceService) && snapshot.isServed(.deployment)
    self = isPlain || needsPlain ? .deployment : .kserve
  }
}

extension Knowledge {
  /// The size of a model's weights at two bytes a parameter, in GB; `nil` when nobody knows how many it has.
  package func gigabytes(of name: String) -> Double? {
    guard let model = try? model(named: name), model.parametersBillions > 0 else { return nil }
    return model.parametersBillions * 2
  }
}
