import JSON
import Kubernetes
import QoSAPI

/// KServe's InferenceService in Standard mode.
///
/// The autoscaler class is `external` where KEDA scales, so that KServe makes no HPA of its own and leaves the number of
/// replicas alone; else it is `none`, with which KServe keeps the number at `minReplicas`.
package enum InferenceServiceManifest {
  package static func object(for intent: ServingIntent) -> KubeObject {
    var object = intent.object(
      .inferenceService,
      annotations: [
        "serving.kserve.io/deploymentMode": "Standard",
        "serving.kserve.io/autoscalerClass": intent.isAutoscaled ? "external" : "none",
      ],
      // The data plane goes to the pods directly: no route from outside leads around it.
      labels: ["networking.kserve.io/visibility": "cluster-local"])
    object["spec"] = ["predictor": predictor(intent)]
    return object
  }

  private static func predictor(_ intent: ServingIntent) -> JSONValue {
    var predictor: JSONValue = [
      "minReplicas": JSONValue(intent.isAutoscaled ? intent.minReplicas : intent.steadyReplicas),
      "maxReplicas": JSONValue(intent.isAutoscaled ? intent.maxReplicas : max(1, intent.steadyReplicas)),
      "deploymentStrategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1, "maxUnavailable": 0]],
      // Longer than the server drains, so that a request in progress is not cut off.
      "terminationGracePeriodSeconds": JSONValue(VLLMArguments.shutdownSeconds(intent) + 30),
    ]
    switch (intent.deployment.serving.runtime, intent.deployment.serving.image) {
    case (.simulator, _): predictor["containers"] = [SimulatorContainer.json(for: intent)]
    case (.vllm, let image?):
      predictor["nodeSelector"] = nodeSelector(intent)
      predictor["storageUris"] = [["uri": .string(storageUri(intent))]]
      predictor["containers"] = [VLLMContainer.json(for: intent, image: image)]
      predictor["volumes"] = VLLMContainer.volumes
    case (.vllm, nil):
      predictor["nodeSelector"] = nodeSelector(intent)
      predictor["model"] = model(intent)
    }
    return predictor
  }

  /// KServe's own runtime: it brings image, command, port, name and probes (30 minutes to load).
  private static func model(_ intent: ServingIntent) -> JSONValue {
    [
      "modelFormat": ["name": "vLLM"], "runtime": .string(intent.settings.vllmRuntime),
      "runtimeVersion": .string(intent.settings.vllmVersion), "storageUri": .string(storageUri(intent)),
      "args": JSONValue(VLLMArguments.list(for: intent)), "resources": VLLMContainer.resources(intent),
    ]
  }

  private static func nodeSelector(_ intent: ServingIntent) -> JSONValue {
    ["nvidia.com/gpu.product": .string(intent.plan.acceleratorNodeLabel)]
  }

  private static func storageUri(_ intent: ServingIntent) -> String {
    intent.deployment.serving.storageUri ?? "hf://\(intent.plan.model)"
  }
}
