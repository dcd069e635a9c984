import JSON

/// A model server that answers with the latencies of the plan, without GPU and weights.
enum SimulatorContainer {
  static func json(for intent: ServingIntent) -> JSONValue {
    [
      "name": "kserve-container", "image": .string(intent.deployment.serving.image ?? intent.settings.podiumImage),
      "args": JSONValue(arguments(for: intent)),
      "ports": [["name": "http1", "containerPort": JSONValue(ServingIntent.port), "protocol": "TCP"]],
      "resources": ["requests": ["cpu": "100m", "memory": "64Mi"], "limits": ["cpu": "1", "memory": "256Mi"]],
      "startupProbe": Probe.health(port: ServingIntent.port, periodSeconds: 1, failures: 60),
      "readinessProbe": Probe.health(port: ServingIntent.port, periodSeconds: 5, failures: 2),
      "livenessProbe": Probe.health(port: ServingIntent.port, periodSeconds: 10, failures: 6),
      "lifecycle": Drain.lifecycle, "securityContext": securityContext,
    ]
  }

  /// For programs that write nothing to their disk.
  static let securityContext: JSONValue = [
    "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "runAsNonRoot": true, "readOnlyRootFilesystem": true,
    "seccompProfile": ["type": "RuntimeDefault"],
  ]

  /// Relative standard deviation of simulated latencies.
  private static let jitter = 0.05

  /// The simulator is told means; with its jitter the 95th percentile comes out as the plan predicts (1.645 is the normal
  /// distribution's).
  private static func arguments(for intent: ServingIntent) -> [String] {
    let plan = intent.plan
    let mean = 1 / (1 + 1.645 * jitter)
    let point = [plan.requestsPerSecondPerReplica * plan.predicted.e2e / 1000, plan.predicted.ttft * mean, plan.predicted.itl * mean]
    var arguments = ["simulate-server", "--model=\(plan.model)"] + intent.servedNames
    arguments += [
      "--port=\(ServingIntent.port)", "--max-num-seqs=\(intent.requestsPerReplica)", "--scheduling-policy=priority",
      "--shutdown-timeout=\(Drain.shutdownSeconds(intent))",
      "--latency-point=" + point.map { "\(($0 * 1000).rounded() / 1000)" }.joined(separator: ":"), "--jitter=\(jitter)",
      "--prompt-tokens=\(plan.traffic.profile.promptTokens)", "--output-tokens=\(plan.traffic.profile.outputTokens)",
    ]
    if intent.settings.simulatorSpeed != 1 { arguments.append("--speed=\(intent.settings.simulatorSpeed)") }
    return arguments + intent.deployment.serving.args
  }
}
