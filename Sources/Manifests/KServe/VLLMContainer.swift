import JSON

/// vLLM in a container of the user's image: nothing is merged from a runtime.
enum VLLMContainer {
  /// Half an hour, for the largest weights over a slow network.
  private static let startupSeconds = 1800

  static func json(for intent: ServingIntent, image: String) -> JSONValue {
    let arguments =
      ["/mnt/models"] + intent.servedNames + ["--port=\(ServingIntent.port)"] + VLLMArguments.list(for: intent)
    return [
      "name": "kserve-container", "image": .string(image), "args": JSONValue(arguments),
      "ports": [["name": "http1", "containerPort": JSONValue(ServingIntent.port), "protocol": "TCP"]],
      "resources": resources(intent),
      "startupProbe": Probe.health(periodSeconds: 10, failures: startupSeconds / 10),
      "readinessProbe": Probe.health(periodSeconds: 5, failures: 2),
      "livenessProbe": Probe.health(periodSeconds: 10, failures: 6),
      "securityContext": ["allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]]],
      "volumeMounts": [["name": "shm", "mountPath": "/dev/shm"]],
    ]
  }

  /// The workers of one replica talk over shared memory.
  static let volumes: JSONValue = [["name": "shm", "emptyDir": ["medium": "Memory", "sizeLimit": "8Gi"]]]

  /// Per GPU: 4 CPUs and 32 GiB for tokenizing, sampling and loading; GPUs cannot be overcommitted.
  static func resources(_ intent: ServingIntent) -> JSONValue {
    let gpus = intent.plan.gpusPerReplica
    let amounts: JSONValue = [
      "cpu": .string("\(4 * gpus)"), "memory": .string("\(32 * gpus)Gi"), "nvidia.com/gpu": .string("\(gpus)"),
    ]
    return ["requests": amounts, "limits": amounts]
  }
}

/// Probes of a model server.
enum Probe {
  static func health(periodSeconds: Int, failures: Int) -> JSONValue {
    [
      "httpGet": ["path": "/health", "port": JSONValue(ServingIntent.port)], "periodSeconds": JSONValue(periodSeconds),
      "timeoutSeconds": 5, "failureThreshold": JSONValue(failures),
    ]
  }
}
