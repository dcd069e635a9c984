import JSON
import Kubernetes
import QoSAPI

package typealias ServingPlatform = ModelDeployment.Serving.Platform

/// What the platforms call the objects and the pods of the deployment called `name`.
extension ServingPlatform {
  /// The Deployment that an autoscaler scales: neither an InferenceService nor an LLMInferenceService has a `/scale`.
  package func workload(_ name: String) -> String { self == .llmInferenceService ? "\(name)-kserve" : "\(name)-predictor" }

  /// The Service of its pods, whose EndpointSlices tell the data plane who is ready.
  package func service(_ name: String) -> String { self == .llmInferenceService ? "\(name)-kserve-workload-svc" : workload(name) }

  /// As a ModelDeployment states it; where it states none, a Deployment has the names that KServe gives.
  package init(statedBy deployment: KubeObject) {
    self = deployment[["spec", "serving", "platform"]]?.string.flatMap(Self.init(rawValue:)) ?? .kserve
  }

  /// The labels of its pods, and of nothing else.
  package func podLabels(_ name: String) -> [String: String] {
    switch self {
    case .kserve: ["serving.kserve.io/inferenceservice": name, "component": "predictor"]
    case .llmInferenceService:
      [
        "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "llminferenceservice",
        "app.kubernetes.io/component": "llminferenceservice-workload",
      ]
    case .deployment: ["app.kubernetes.io/name": "model-server", "app.kubernetes.io/instance": name]
    }
  }

  /// Where its model servers listen.
  package var port: Int { self == .llmInferenceService ? 8000 : 8080 }

  /// Whether an init container of the platform fetches the weights before the server starts.
  var fetchesWeights: Bool { self != .deployment }
}
