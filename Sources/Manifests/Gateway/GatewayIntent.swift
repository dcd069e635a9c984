import JSON
import Kubernetes
import QoSAPI

/// A deployment, the tiers of its callers and the way in: all that objects for gateways are made from.
///
///     caller ─▶ gateway (Istio, Envoy Gateway, Envoy) ─▶ external processor: whose turn is it, which server ─▶ model server
package struct GatewayIntent: Sendable {
  package let serving: ServingIntent
  /// `nil` where nobody wrote one: the standard tiers.
  package let policy: QoSPolicy?
  /// `podium-proxy ext-proc`, which gateways ask about every request.
  package let processor: ServiceReference
  package let limits: EnvoyLimits
  /// A request's whole answer may take that long.
  package let requestTimeoutSeconds = 600

  package init(serving: ServingIntent, policy: QoSPolicy?, processor: ServiceReference, limits: EnvoyLimits = EnvoyLimits()) {
    self.serving = serving
    self.policy = policy
    self.processor = processor
    self.limits = limits
  }

  var exposure: ModelDeployment.Exposure { serving.deployment.exposure }
  var name: String { serving.name }
  var namespace: String { serving.namespace }
  var gatewayNamespace: String { exposure.gateway?.namespace ?? namespace }

  /// Names of tiers, the first priority first.
  var tiers: [String] {
    guard let policy else { return ["enterprise", "premium", "free"] }
    return policy.tiers.enumerated().sorted { ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset) }.map(\.element.name)
  }
  /// Of callers who say none.
  var defaultTier: String { policy?.defaultTier ?? tiers.last ?? "free" }

  /// The Service of the model servers.
  var servers: ServiceReference {
    ServiceReference(
      name: serving.platform.service(name), namespace: namespace,
      port: serving.platform == .llmInferenceService ? serving.platform.port : 80)
  }

  /// An object in the gateway's namespace: it cannot belong to the deployment, only be named after it.
  func gatewayObject(_ type: ResourceType, name: String) -> KubeObject {
    var object = KubeObject(type, namespace: gatewayNamespace, name: name)
    object[["metadata", "labels"]] = JSONValue(ServingIntent.labels(serving.name))
    return object
  }
}
