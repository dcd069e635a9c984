import JSON

/// The pod of the endpoint picker: Podium's scheduler behind Envoy's ext_proc, on the ports and with the health services that KServe's
/// own template has.
enum EndpointPickerTemplate {
  static func json(for intent: ServingIntent) -> JSONValue {
    func probe(_ service: String) -> JSONValue {
      ["grpc": ["port": 9003, "service": .string(service)], "periodSeconds": 10, "failureThreshold": 3]
    }
    return [
      "containers": [
        [
          "name": "main", "image": .string(intent.settings.podiumImage), "command": ["podium-proxy"],
          "args": JSONValue(intent.settings.endpointPickerArguments),
          "ports": [
            ["name": "grpc", "containerPort": 9002, "protocol": "TCP"], ["name": "grpc-health", "containerPort": 9003, "protocol": "TCP"],
            ["name": "metrics", "containerPort": 9090, "protocol": "TCP"],
          ],
          "livenessProbe": probe("liveness"), "readinessProbe": probe("readiness"),
          "resources": ["requests": ["cpu": "250m", "memory": "128Mi"], "limits": ["memory": "512Mi"]],
          "securityContext": SimulatorContainer.securityContext,
        ]
      ]
    ]
  }
}
