import JSON
import Kubernetes
import QoSAPI

/// Model servers without KServe: a Deployment, in front of it the Service of ``ServiceManifest``.
///
/// They have the names that KServe would give them, so that the data plane and the autoscaler find them either way.
package enum DeploymentManifest {
  package static func object(for intent: ServingIntent) -> KubeObject {
    var object = intent.object(.deployment, named: intent.workload)
    var spec: JSONValue = [
      "selector": ["matchLabels": JSONValue(intent.platform.podLabels(intent.name))],
      "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1, "maxUnavailable": 0]],
      "template": [
        "metadata": ["labels": JSONValue(ServingIntent.labels(intent.name))],
        "spec": podSpec(intent),
      ],
    ]
    if let expected = StartupTime(intent).expectedSeconds {
      spec["progressDeadlineSeconds"] = JSONValue(max(600, Int(Double(expected) * StartupTime.patience)))
    } else if intent.deployment.serving.runtime == .vllm {
      spec["progressDeadlineSeconds"] = JSONValue(StartupTime.unknownSeconds * 2)
    }
    // A number that an autoscaler sets is not ours to send.
    if !intent.isAutoscaled { spec["replicas"] = JSONValue(intent.steadyReplicas) }
    object["spec"] = spec
    return object
  }

  private static func podSpec(_ intent: ServingIntent) -> JSONValue {
    var spec: JSONValue = ["terminationGracePeriodSeconds": JSONValue(Drain.graceSeconds(intent))]
    if let spread = TopologySpread.json(for: intent) { spec["topologySpreadConstraints"] = spread }
    guard intent.deployment.serving.runtime == .vllm else {
      spec["containers"] = [SimulatorContainer.json(for: intent)]
      return spec
    }
    let image = intent.deployment.serving.image ?? "\(intent.settings.vllmImage):\(intent.settings.vllmVersion)"
    let weights = MountedWeights(intent.source)
    var container = VLLMContainer.json(for: intent, image: image, model: weights.model)
    if let revision = weights.revision {
      container["args"] = JSONValue((container["args"]?.strings ?? []) + ["--revision=\(revision)"])
    }
    container["volumeMounts"] = .array((container["volumeMounts"]?.array ?? []) + weights.mounts)
    let fetchesAdapters = intent.deployment.serving.loraAdapters.contains { $0.uri.hasPrefix("hf://") }
    if weights.isFetchedByServer, let gigabytes = intent.modelGigabytes, gigabytes > 0 {
      // They lie on the node's disk: a pod that takes more of it than it asked for is evicted first.
      container[["resources", "requests", "ephemeral-storage"]] = .string("\(Int((gigabytes * 1.2).rounded(.up)))G")
    }
    if intent.settings.huggingFaceSecret != nil, weights.isFetchedByServer || fetchesAdapters {
      container["env"] = .array((container["env"]?.array ?? []) + [token(intent)])
    }
    spec["containers"] = [container]
    spec["volumes"] = .array((VLLMContainer.volumes.array ?? []) + weights.volumes)
    spec["nodeSelector"] = VLLMContainer.nodeSelector(intent)
    spec["tolerations"] = VLLMContainer.tolerations
    spec["securityContext"] = VLLMContainer.podSecurityContext
    return spec
  }

  /// Optional: open models need none.
  private static func token(_ intent: ServingIntent) -> JSONValue {
    [
      "name": "HF_TOKEN",
      "valueFrom": ["secretKeyRef": ["name": .string(intent.settings.huggingFaceSecret ?? ""), "key": "HF_TOKEN", "optional": true]],
    ]
  }

  /// Why a plain Deployment cannot have these weights; `nil` when it can.
  package static func obstacle(_ intent: ServingIntent) -> String? {
    guard intent.platform == .deployment, intent.deployment.serving.runtime == .vllm, case .other(let uri) = intent.source else {
      return nil
    }
    return "spec.serving.storageUri \(uri) needs KServe's storage initializer: without KServe write hf://, pvc:// or oci://"
  }
}

/// Weights as a pod has them without anybody's help.
struct MountedWeights {
  /// vLLM's first argument.
  private(set) var model = "/mnt/models"
  private(set) var revision: String?
  private(set) var volumes: [JSONValue] = []
  private(set) var mounts: [JSONValue] = []
  /// vLLM itself downloads them.
  private(set) var isFetchedByServer = false

  init(_ source: ModelSource) {
    switch source {
    case .huggingFace(let id, let revision):
      (model, self.revision, isFetchedByServer) = (id, revision, true)
    case .claim(let name, let path):
      volumes = [["name": "weights", "persistentVolumeClaim": ["claimName": .string(name), "readOnly": true]]]
      mounts = [["name": "weights", "mountPath": "/mnt/models", "readOnly": true]]
      if !path.isEmpty { model += "/\(path)" }
    case .image(let reference):
      // An image volume (Kubernetes 1.33, or 1.31 with its feature gate); KServe's images have the weights in /models.
      volumes = [["name": "weights", "image": ["reference": .string(reference), "pullPolicy": "IfNotPresent"]]]
      mounts = [["name": "weights", "mountPath": "/mnt/models", "readOnly": true]]
      model += "/models"
    case .other: break
    }
  }
}
