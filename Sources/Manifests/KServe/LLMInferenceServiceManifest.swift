import JSON
import Kubernetes
import QoSAPI

/// KServe's LLMInferenceService (v1alpha2), without its router.
///
/// KServe makes the Deployment `NAME-kserve` and the Service `NAME-kserve-workload-svc` of it, which the data plane serves from as it does
/// from every other platform's: its scheduler, and no second one, decides who goes first. With `spec.router` KServe would add a gateway, a
/// route, an InferencePool and an endpoint picker of its own, a way in that leads around every queue. For such a gateway there is
/// `podium plan -o manifests --with inference-pool`.
///
/// KServe's template brings the image and the command of the server; ours is merged into its container `main`.
package enum LLMInferenceServiceManifest {
  package static func object(for intent: ServingIntent) -> KubeObject {
    var object = intent.object(.llmInferenceService)
    var model: JSONValue = ["uri": .string(intent.storageUri), "name": .string(intent.name)]
    if intent.platformLoadsAdapters {
      let adapters = intent.deployment.serving.loraAdapters
      model["lora"] = [
        "adapters": .array(adapters.map { ["name": .string($0.name), "uri": .string($0.uri)] }), "maxAdapters": JSONValue(adapters.count),
      ]
    }
    var spec: JSONValue = [
      "model": model, "parallelism": ["tensor": JSONValue(intent.plan.tensorParallel)],
      "template": template(intent),
    ]
    // Without a number the Deployment's own stays, which the autoscaler sets.
    if !intent.isAutoscaled { spec["replicas"] = JSONValue(intent.steadyReplicas) }
    object["spec"] = spec
    return object
  }

  /// Why KServe cannot make it; `nil` when it can.
  package static func obstacle(_ intent: ServingIntent) -> String? {
    let most = 63 - intent.platform.service("").utf8.count
    guard intent.platform == .llmInferenceService, intent.name.utf8.count > most else { return nil }
    return
      "The name of a ModelDeployment with platform LLMInferenceService has at most \(most) characters: KServe makes Services of it, and "
      + "gives longer names a digest that nobody else knows"
  }

  private static func template(_ intent: ServingIntent) -> JSONValue {
    var main: JSONValue = ["name": "main"]
    for (key, value) in VLLMContainer.merged(intent) { main[key] = value }
    if let image = intent.deployment.serving.image { main["image"] = .string(image) }
    let arguments = VLLMArguments.list(for: intent).map(ShellWord.quoted).joined(separator: " ")
    main["env"] = .array((VLLMContainer.environment.array ?? []) + [["name": "VLLM_ADDITIONAL_ARGS", "value": .string(arguments)]])
    // How often, not what: whether it is HTTP or HTTPS is KServe's to say.
    main["startupProbe"] = ["periodSeconds": 10, "failureThreshold": JSONValue(StartupTime(intent).probeSeconds / 10)]
    var pod: JSONValue = [
      "containers": [main], "nodeSelector": VLLMContainer.nodeSelector(intent), "tolerations": VLLMContainer.tolerations,
      "securityContext": VLLMContainer.podSecurityContext,
      "terminationGracePeriodSeconds": JSONValue(Drain.graceSeconds(intent)),
    ]
    if let spread = TopologySpread.json(for: intent) { pod["topologySpreadConstraints"] = spread }
    return pod
  }
}

/// KServe's template hands the arguments to a shell.
enum ShellWord {
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "-_=./:,+@%".utf8.contains(byte)
    }
  }

  /// `text` as one word of a shell's command line.
  static func quoted(_ text: String) -> String {
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
