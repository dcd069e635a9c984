import JSON
import Kubernetes
import QoSAPI

/// KServe's InferenceService in Standard mode.
///
/// The autoscaler class is `external` where KEDA or an HPA of ours scales, so that KServe makes no HPA of its own and leaves the number
/// of replicas alone; else it is `none`, with which KServe keeps the number at `minReplicas`.
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
      "terminationGracePeriodSeconds": JSONValue(Drain.graceSeconds(intent)),
    ]
    if let spread = TopologySpread.json(for: intent) { predictor["topologySpreadConstraints"] = spread }
    guard intent.deployment.serving.runtime == .vllm else {
      predictor["containers"] = [SimulatorContainer.json(for: intent)]
      return predictor
    }
    predictor["nodeSelector"] = VLLMContainer.nodeSelector(intent)
    predictor["tolerations"] = VLLMContainer.tolerations
    predictor["securityContext"] = VLLMContainer.podSecurityContext
    if let image = intent.deployment.serving.image {
      predictor["storageUris"] = [["uri": .string(intent.storageUri)]]
      predictor["containers"] = [VLLMContainer.json(for: intent, image: image, model: "/mnt/models")]
      predictor["volumes"] = VLLMContainer.volumes
    } else {
      predictor["model"] = model(intent)
    }
    return predictor
  }

  /// KServe's own runtime: it brings image, command, port, name, shared memory and the readiness probe; ours is merged into it.
  private static func model(_ intent: ServingIntent) -> JSONValue {
    var model: JSONValue = [
      "modelFormat": ["name": "vLLM"], "runtime": .string(intent.settings.vllmRuntime),
      "runtimeVersion": .string(intent.settings.vllmVersion), "storageUri": .string(intent.storageUri),
      "args": JSONValue(VLLMArguments.list(for: intent)),
      "startupProbe": Probe.health(port: intent.platform.port, periodSeconds: 10, failures: StartupTime(intent).probeSeconds / 10),
    ]
    for (key, value) in VLLMContainer.merged(intent) { model[key] = value }
    return model
  }
}
