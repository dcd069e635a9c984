import Kubernetes
import QoSAPI

/// What the operator reads. All but our own kinds may be missing from a cluster: they are picked up when they appear.
enum WatchedTypes {
  static let all: [ResourceType] = [
    .qosPolicy, .modelDeployment, .inferenceService, .scaledObject, .podMonitor, .authPolicy, .endpointSlice, .endpointSliceV1Beta1,
    .secret, .node,
  ]

  /// What may be forbidden: without Secrets no API key carries a tier, without Nodes a plan takes any accelerator there is.
  static let optional: Set<ResourceType> = [.secret, .node]
}
