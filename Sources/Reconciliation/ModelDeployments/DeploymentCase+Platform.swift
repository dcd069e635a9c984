import Kubernetes
import Manifests
import QoSAPI

// What the platform's own object says about the servers.
extension DeploymentCase {
  var servingType: ResourceType {
    switch platform {
    case .kserve: .inferenceService
    case .llmInferenceService: .llmInferenceService
    case .deployment: .deployment
    }
  }

  var plainKey: ObjectKey { ObjectKey(namespace: object.namespace, name: ServingPlatform.deployment.workload(object.name)) }

  /// Of a plain Deployment: a server that is available serves, whatever else is still rolling out.
  static func isRolledOut(_ it: DeploymentCase) -> Finding? {
    guard it.platform == .deployment, let workload = it.inferenceService else { return nil }
    if workload[["status", "availableReplicas"]]?.int ?? 0 > 0 || workload[["spec", "replicas"]]?.int == 0 { return nil }
    let progressing = workload.conditions.first { $0.type == "Progressing" }
    if let progressing, progressing.reason == "ProgressDeadlineExceeded" {
      return Finding("LoadFailed", "No model server has come up in the time that it should take: \(progressing.message)")
    }
    let failure = workload.conditions.first { $0.type == "ReplicaFailure" && $0.status == .yes }
    return Finding("Loading", "The model servers are not ready\(failure.map { ": \($0.message)" } ?? " yet.")")
  }
}
