import Kubernetes

/// Our kinds, and every other kind that the operator watches or writes.
extension ResourceType {
  package static let qosPolicy = ResourceType(group: "qos.maas.io", version: "v1", kind: "QoSPolicy", plural: "qospolicies")
  package static let modelDeployment = ResourceType(
    group: "qos.maas.io", version: "v1", kind: "ModelDeployment", plural: "modeldeployments")

  // KServe
  package static let inferenceService = ResourceType(
    group: "serving.kserve.io", version: "v1beta1", kind: "InferenceService", plural: "inferenceservices")
  package static let llmInferenceService = ResourceType(
    group: "serving.kserve.io", version: "v1alpha2", kind: "LLMInferenceService", plural: "llminferenceservices")
  // KEDA
  package static let scaledObject = ResourceType(group: "keda.sh", version: "v1alpha1", kind: "ScaledObject", plural: "scaledobjects")
  // prometheus-operator
  package static let podMonitor = ResourceType(group: "monitoring.coreos.com", version: "v1", kind: "PodMonitor", plural: "podmonitors")
  package static let serviceMonitor = ResourceType(
    group: "monitoring.coreos.com", version: "v1", kind: "ServiceMonitor", plural: "servicemonitors")
  package static let prometheusRule = ResourceType(
    group: "monitoring.coreos.com", version: "v1", kind: "PrometheusRule", plural: "prometheusrules")
  // Kuadrant: watched, never written
  package static let authPolicy = ResourceType(group: "kuadrant.io", version: "v1", kind: "AuthPolicy", plural: "authpolicies")
  // Gateway API
  package static let httpRoute = ResourceType(group: "gateway.networking.k8s.io", version: "v1", kind: "HTTPRoute", plural: "httproutes")

  // Kubernetes
  package static let endpointSlice = ResourceType(
    group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice", plural: "endpointslices")
  /// Served by Kubernetes 1.17 to 1.24, where ``endpointSlice`` may be missing.
  package static let endpointSliceV1Beta1 = ResourceType(
    group: "discovery.k8s.io", version: "v1beta1", kind: "EndpointSlice", plural: "endpointslices")
  package static let secret = ResourceType(group: "", version: "v1", kind: "Secret", plural: "secrets")
  package static let service = ResourceType(group: "", version: "v1", kind: "Service", plural: "services")
  package static let configMap = ResourceType(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
  package static let deployment = ResourceType(group: "apps", version: "v1", kind: "Deployment", plural: "deployments")
  package static let horizontalPodAutoscaler = ResourceType(
    group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers")
  package static let node = ResourceType(group: "", version: "v1", kind: "Node", plural: "nodes", namespaced: false)
  package static let lease = ResourceType(group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases")
  package static let event = ResourceType(group: "events.k8s.io", version: "v1", kind: "Event", plural: "events")
}
