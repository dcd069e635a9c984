import Kubernetes

/// Kinds of other projects, and of Kubernetes, that the objects of this folder have.
extension ResourceType {
  // Istio
  package static let virtualService = ResourceType(
    group: "networking.istio.io", version: "v1", kind: "VirtualService", plural: "virtualservices")
  package static let destinationRule = ResourceType(
    group: "networking.istio.io", version: "v1", kind: "DestinationRule", plural: "destinationrules")
  package static let envoyFilter = ResourceType(
    group: "networking.istio.io", version: "v1alpha3", kind: "EnvoyFilter", plural: "envoyfilters")
  // Envoy Gateway
  package static let envoyExtensionPolicy = ResourceType(
    group: "gateway.envoyproxy.io", version: "v1alpha1", kind: "EnvoyExtensionPolicy", plural: "envoyextensionpolicies")
  package static let backendTrafficPolicy = ResourceType(
    group: "gateway.envoyproxy.io", version: "v1alpha1", kind: "BackendTrafficPolicy", plural: "backendtrafficpolicies")
  package static let clientTrafficPolicy = ResourceType(
    group: "gateway.envoyproxy.io", version: "v1alpha1", kind: "ClientTrafficPolicy", plural: "clienttrafficpolicies")
  package static let envoyProxy = ResourceType(
    group: "gateway.envoyproxy.io", version: "v1alpha1", kind: "EnvoyProxy", plural: "envoyproxies")
  // Gateway API
  package static let inferencePool = ResourceType(
    group: "inference.networking.k8s.io", version: "v1", kind: "InferencePool", plural: "inferencepools")
  /// Of the version that every Gateway API with HTTPRoute v1 serves; v1 came with 1.5.
  package static let referenceGrant = ResourceType(
    group: "gateway.networking.k8s.io", version: "v1beta1", kind: "ReferenceGrant", plural: "referencegrants")
  // Kuadrant
  package static let planPolicy = ResourceType(
    group: "extensions.kuadrant.io", version: "v1alpha1", kind: "PlanPolicy", plural: "planpolicies")
  package static let tokenRateLimitPolicy = ResourceType(
    group: "kuadrant.io", version: "v1alpha1", kind: "TokenRateLimitPolicy", plural: "tokenratelimitpolicies")
  package static let rateLimitPolicy = ResourceType(
    group: "kuadrant.io", version: "v1", kind: "RateLimitPolicy", plural: "ratelimitpolicies")
  // Kubernetes
  package static let resourceQuota = ResourceType(group: "", version: "v1", kind: "ResourceQuota", plural: "resourcequotas")
  package static let ingress = ResourceType(group: "networking.k8s.io", version: "v1", kind: "Ingress", plural: "ingresses")
  package static let networkPolicy = ResourceType(
    group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", plural: "networkpolicies")
  package static let podDisruptionBudget = ResourceType(
    group: "policy", version: "v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets")
}
