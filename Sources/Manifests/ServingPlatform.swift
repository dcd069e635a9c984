import QoSAPI

package typealias ServingPlatform = ModelDeployment.Serving.Platform

/// What the platforms call the objects and the pods of the deployment called `name`.
extension ServingPlatform {
  /// The Deployment that an autoscaler scales: neither an InferenceService nor an LLMInferenceService has a `/scale`.
  package func workload(_ name: String) -> String { self == .llmInferenceService ? "\(name)-kserve" : "\(name)-predictor" }

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
