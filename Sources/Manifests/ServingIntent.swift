import JSON
import Kubernetes
import Planning
import QoSAPI

/// A deployment with its plan: all that the objects of other projects are made from.
///
///     ServingIntent ─▶ KServe/InferenceService ─▶ Deployment and Service NAME-predictor (made by KServe)
///                      or KServe/LLMInferenceService, or Plain/Deployment and Service
///                   ─▶ KEDA/ScaledObject       ─▶ scales that Deployment; or Autoscaling/HorizontalPodAutoscaler
///                   ─▶ Prometheus/PodMonitor   ─▶ feeds the ScaledObject's query
///                   ─▶ Prometheus/PrometheusRule, Grafana/Dashboards
package struct ServingIntent: Sendable {
  package enum Autoscaler: Sendable, Hashable {
    /// The number of replicas is fixed.
    case none
    case keda
    case horizontalPodAutoscaler
  }

  /// The port on which model servers listen, except for an LLMInferenceService's.
  package static let port = 8080

  package let deployment: ModelDeployment
  package let plan: CapacityPlan
  package let settings: ManifestSettings
  package var autoscaler: Autoscaler
  package var platform: ServingPlatform = .kserve
  /// The size of the weights, in GB; `nil` when nobody knows.
  package var modelGigabytes: Double?
  /// Of the policy that it is served under, the most important first.
  package var tiers: [ServedTier] = []

  /// - Parameter isAutoscaled: whether KEDA scales it; else the number of replicas is fixed.
  package init(deployment: ModelDeployment, plan: CapacityPlan, settings: ManifestSettings, isAutoscaled: Bool) {
    self.deployment = deployment
    self.plan = plan
    self.settings = settings
    autoscaler = isAutoscaled ? .keda : .none
  }

  package var isAutoscaled: Bool { autoscaler != .none }
  package var name: String { deployment.name }
  package var namespace: String { deployment.object.namespace ?? "default" }
  /// The name of the Deployment of its model servers.
  package var workload: String { platform.workload(name) }
  /// The name of whatever leads callers to the data plane: KServe makes an Ingress and an HTTPRoute of its own with the deployment's name.
  package var gatewayName: String { Self.gatewayName(name) }
  package static func gatewayName(_ deployment: String) -> String { "\(deployment)-gateway" }

  package var storageUri: String { deployment.serving.storageUri ?? "hf://\(plan.model)" }
  package var source: ModelSource { ModelSource(uri: storageUri) }
  /// An LLMInferenceService fetches adapters that have a scheme.
  var platformLoadsAdapters: Bool {
    let adapters = deployment.serving.loraAdapters
    return platform == .llmInferenceService && !adapters.isEmpty && adapters.allSatisfy { $0.uri.firstRange(of: "://") != nil }
  }

  /// Requests may name the deployment or the model; the first name is the one in the metrics.
  var servedNames: [String] { ["--served-model-name", name] + (plan.model == name ? [] : [plan.model]) }

  /// An object of `type` with the deployment's name that belongs to it.
  func object(
    _ type: ResourceType, named: String? = nil, annotations: [String: String] = [:], labels: [String: String] = [:]
  ) -> KubeObject {
    var object = KubeObject(type, namespace: namespace, name: named ?? name)
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
}

// MARK: How many

extension ServingIntent {
  /// The floor: the user's, else the plan's, never above the ceiling.
  package var minReplicas: Int { min(deployment.autoscaling.minReplicas ?? plan.minReplicas, maxReplicas) }

  /// The ceiling: the user's, else the plan's, never below the user's floor, and never more than the budget pays for.
  package var maxReplicas: Int {
    let wanted = max(1, deployment.autoscaling.maxReplicas ?? max(plan.maxReplicas, deployment.autoscaling.minReplicas ?? 1))
    return min(wanted, budgetReplicas ?? wanted)
  }

  /// What runs when nobody scales, and when the autoscaler is blind.
  package var steadyReplicas: Int { min(max(plan.replicas, minReplicas), maxReplicas) }

  /// Replicas that the budget pays for, by the plan's price of one; at least those of the plan, which was made within it. `nil` without a
  /// budget.
  package var budgetReplicas: Int? {
    let budget = deployment.budget
    let limits = [
      (budget.maxMonthlyUSD, plan.cost.perMonthUSD), (budget.maxHourlyUSD, plan.cost.perHourUSD),
    ].compactMap { limit, cost -> Double? in
      guard let limit, cost > 0, plan.replicas > 0 else { return nil }
      return limit / (cost / Double(plan.replicas))
    }
    // A hair above, so that a budget of exactly n replicas is n.
    return limits.min().map { max(plan.replicas, Int(min($0 + 1e-9, 1e6))) }
  }

  /// Requests that one replica holds at its planned rate, by Little's law: rate × time in the system (E2E at p95).
  package var requestsPerReplica: Int {
    max(1, Int((plan.requestsPerSecondPerReplica * plan.predicted.e2e / 1000).rounded(.up)))
  }
}
