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

  /// Whether the deployment's own servers are as they are to be, all of them, and ready.
  func isAsPlanned(_ applying: ApplyStep) -> Bool {
    let isWritten = applying.writes.contains { action in
      if case .apply(servingType, _, _) = action { true } else { false }
    }
    guard !isWritten, let live = inferenceService else { return false }
    return ServingReadiness(live, type: servingType, workload: observed.snapshot[.deployment, plainKey]).isComplete
  }

  /// What KServe says of the servers, and of nothing in front of them.
  static func serversReady(_ conditions: [Condition]) -> Condition? {
    conditions.first { $0.type == "PredictorReady" } ?? conditions.first { $0.type == "MainWorkloadReady" }
  }

  /// KServe's LLMInferenceServices can be made to speak TLS; the data plane asks model servers without.
  static func isPlain(_ it: DeploymentCase) -> Finding? {
    guard it.platform == .llmInferenceService else { return nil }
    let key = ObjectKey(namespace: it.object.namespace, name: it.platform.service(it.object.name))
    guard it.observed.snapshot[.service, key]?[["spec", "ports"]]?[0]?["name"]?.string == "https" else { return nil }
    return Finding(
      "ServersSpeakTLS",
      "KServe makes its model servers speak TLS, and the data plane asks them without. Set \"enableLLMInferenceServiceTLS\": false under "
        + "ingress in KServe's ConfigMap inferenceservice-config, or serving.platform: KServe here.")
  }

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
