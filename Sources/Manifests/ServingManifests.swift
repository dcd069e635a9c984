import Kubernetes
import QoSAPI

/// Everything that is made for a deployment: what the operator applies and what `podium plan -o manifests` prints.
package struct ServingManifests: Sendable {
  /// An object of another project, wanted or not.
  package struct Entry: Sendable {
    package let type: ResourceType
    package let key: ObjectKey
    /// `nil` when there must be none: one of ours that exists goes.
    package let object: KubeObject?
    /// What it means that the cluster does not know the kind; `nil` where that is no loss.
    package var loss: Loss?

    package struct Loss: Sendable {
      package let project: String
      package let consequence: String
      /// Without it nothing runs.
      package var isEssential = false
      /// The condition's reason when it is essential.
      package var reason = ""
    }
  }

  package let entries: [Entry]
  /// What is to be in the cluster, in the order in which it is applied.
  package var objects: [KubeObject] { entries.compactMap(\.object) }

  package init(for intent: ServingIntent) {
    entries = Self.serving(intent) + Self.scaling(intent) + Self.watching(intent)
  }

  private static func entry(_ type: ResourceType, _ intent: ServingIntent, named: String? = nil, _ object: KubeObject?, _ loss: Entry.Loss?)
    -> Entry
  {
    Entry(type: type, key: ObjectKey(namespace: intent.namespace, name: named ?? intent.name), object: object, loss: loss)
  }

  private static func serving(_ intent: ServingIntent) -> [Entry] {
    func made(_ platform: ServingPlatform, _ render: (ServingIntent) -> KubeObject) -> KubeObject? {
      intent.platform == platform ? render(intent) : nil
    }
    func loss(_ platform: ServingPlatform, _ project: String) -> Entry.Loss? {
      guard intent.platform == platform else { return nil }
      return .init(
        project: project, consequence: "nothing runs until it is installed", isEssential: true,
        reason: platform == .deployment ? "DeploymentsMissing" : "KServeMissing")
    }
    let plain = ServingPlatform.deployment.workload(intent.name)
    return [
      entry(.inferenceService, intent, made(.kserve, InferenceServiceManifest.object), loss(.kserve, "KServe")),
      entry(
        .llmInferenceService, intent, made(.llmInferenceService, LLMInferenceServiceManifest.object), loss(.llmInferenceService, "KServe")),
      entry(.deployment, intent, named: plain, made(.deployment, DeploymentManifest.object), loss(.deployment, "Kubernetes")),
      entry(.service, intent, named: plain, made(.deployment, ServiceManifest.object), loss(.deployment, "Kubernetes")),
    ]
  }

  private static func scaling(_ intent: ServingIntent) -> [Entry] {
    let hpa = intent.autoscaler == .horizontalPodAutoscaler
    let keda = Entry.Loss(project: "KEDA", consequence: "the number of replicas is fixed")
    return [
      entry(.scaledObject, intent, ScaledObjectManifest.object(for: intent), hpa ? nil : keda),
      entry(.horizontalPodAutoscaler, intent, hpa ? HorizontalPodAutoscalerManifest.object(for: intent) : nil, nil),
    ]
  }

  private static func watching(_ intent: ServingIntent) -> [Entry] {
    let metrics = Entry.Loss(project: "prometheus-operator", consequence: "the servers' metrics are not collected")
    let alerts = Entry.Loss(project: "prometheus-operator", consequence: "nobody is alerted")
    let monitoring = intent.settings.monitoring
    return [
      entry(.podMonitor, intent, PodMonitorManifest.object(for: intent), metrics),
      entry(
        .prometheusRule, intent, monitoring.alerts ? PrometheusRuleManifest.object(for: intent) : nil, monitoring.alerts ? alerts : nil),
      entry(
        .configMap, intent, named: DashboardsManifest.name(intent),
        monitoring.dashboards ? DashboardsManifest.object(for: intent) : nil, nil),
    ]
  }
}
