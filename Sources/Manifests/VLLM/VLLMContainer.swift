import JSON

/// vLLM in a container: of the user's image, or merged into what a platform's own template says.
enum VLLMContainer {
  /// The user that the server runs as: no image has to know it.
  private static let user = 65_532

  /// All of it: nothing is merged from a runtime.
  static func json(for intent: ServingIntent, image: String, model: String) -> JSONValue {
    let arguments =
      [model] + intent.servedNames + ["--port=\(intent.platform.port)"] + VLLMArguments.list(for: intent)
    var container: JSONValue = [
      "name": "kserve-container", "image": .string(image), "args": JSONValue(arguments),
      "ports": [["name": "http1", "containerPort": JSONValue(intent.platform.port), "protocol": "TCP"]],
      "volumeMounts": [
        ["name": "shm", "mountPath": "/dev/shm"], ["name": "scratch", "mountPath": "/tmp"],
      ],
    ]
    for (key, value) in probes(intent) { container[key] = value }
    for (key, value) in merged(intent) { container[key] = value }
    return container
  }

  /// What goes beside any template: resources, drain, an unprivileged user that has a home.
  static func merged(_ intent: ServingIntent) -> [(String, JSONValue)] {
    [
      ("resources", resources(intent)), ("env", environment), ("lifecycle", Drain.lifecycle),
      ("securityContext", securityContext(intent)),
    ]
  }

  static func probes(_ intent: ServingIntent) -> [(String, JSONValue)] {
    let port = intent.platform.port
    return [
      ("startupProbe", Probe.health(port: port, periodSeconds: 10, failures: StartupTime(intent).probeSeconds / 10)),
      ("readinessProbe", Probe.health(port: port, periodSeconds: 5, failures: 2)),
      ("livenessProbe", Probe.health(port: port, periodSeconds: 10, failures: 6)),
    ]
  }

  /// The workers of one replica talk over shared memory; caches go to a place that any user may write to.
  static let volumes: JSONValue = [
    ["name": "shm", "emptyDir": ["medium": "Memory", "sizeLimit": "8Gi"]], ["name": "scratch", "emptyDir": [:]],
  ]

  /// A user without an entry in the image's `/etc/passwd` has neither a home nor a name unless somebody says so.
  static let environment: JSONValue = [
    ["name": "HOME", "value": "/tmp"], ["name": "USER", "value": "vllm"], ["name": "HF_HOME", "value": "/tmp/huggingface"],
  ]

  /// As the Pod Security Standard `restricted` wants it. The user of a container that reads an `oci://` model is KServe's to choose.
  private static func securityContext(_ intent: ServingIntent) -> JSONValue {
    var context: JSONValue = [
      "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "runAsNonRoot": true,
      "seccompProfile": ["type": "RuntimeDefault"],
    ]
    if case .image = intent.source, intent.platform.fetchesWeights { return context }
    context["runAsUser"] = JSONValue(user)
    return context
  }

  /// Volumes are readable by the server's group; those that are already are not walked again.
  static let podSecurityContext: JSONValue = [
    "fsGroup": JSONValue(user), "fsGroupChangePolicy": "OnRootMismatch", "seccompProfile": ["type": "RuntimeDefault"],
  ]

  /// Per GPU: 4 CPUs and 32 GiB for tokenizing, sampling and loading; GPUs cannot be overcommitted.
  static func resources(_ intent: ServingIntent) -> JSONValue {
    let gpus = intent.plan.gpusPerReplica
    let amounts: JSONValue = [
      "cpu": .string("\(4 * gpus)"), "memory": .string("\(32 * gpus)Gi"), "nvidia.com/gpu": .string("\(gpus)"),
    ]
    return ["requests": amounts, "limits": amounts]
  }

  /// The nodes that have the plan's accelerator, which their owners usually keep free of everything else.
  static func nodeSelector(_ intent: ServingIntent) -> JSONValue {
    ["nvidia.com/gpu.product": .string(intent.plan.acceleratorNodeLabel)]
  }
  static let tolerations: JSONValue = [["key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"]]
}

/// Probes of a model server.
enum Probe {
  static func health(port: Int, periodSeconds: Int, failures: Int) -> JSONValue {
    [
      "httpGet": ["path": "/health", "port": JSONValue(port)], "periodSeconds": JSONValue(periodSeconds),
      "timeoutSeconds": 5, "failureThreshold": JSONValue(failures),
    ]
  }
}
