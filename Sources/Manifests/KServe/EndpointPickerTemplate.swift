import JSON

/// The pod of the endpoint picker: Podium's scheduler behind Envoy's ext_proc, on the ports that KServe's own template has; health is
/// answered on the same port as streams.
///
/// Its policy and the servers that it may pick come from a ConfigMap, ``configMap(_:)``, that nobody makes but its users: the picker
/// reads a file, and has no rights in the cluster.
package enum EndpointPickerTemplate {
  /// The name of the ConfigMap with the key `picker.yaml`, a file as `podium-proxy ext-proc --config` takes it.
  package static func configMap(_ intent: ServingIntent) -> String { "\(intent.name)-picker" }

  static func json(for intent: ServingIntent) -> JSONValue {
    func probe(_ service: String) -> JSONValue {
      ["grpc": ["port": 9002, "service": .string(service)], "periodSeconds": 10, "failureThreshold": 3]
    }
    return [
      "containers": [
        [
          "name": "main", "image": .string(intent.settings.podiumImage), "command": ["podium-proxy"],
          "args": JSONValue(intent.settings.endpointPickerArguments),
          "ports": [
            ["name": "grpc", "containerPort": 9002, "protocol": "TCP"], ["name": "metrics", "containerPort": 9090, "protocol": "TCP"],
          ],
          "livenessProbe": probe("liveness"), "readinessProbe": probe("readiness"),
          "resources": ["requests": ["cpu": "250m", "memory": "128Mi"], "limits": ["memory": "512Mi"]],
          "securityContext": SimulatorContainer.securityContext,
          "volumeMounts": [["name": "picker", "mountPath": "/etc/podium", "readOnly": true]],
        ]
      ],
      "volumes": [["name": "picker", "configMap": ["name": .string(configMap(intent))]]],
    ]
  }
}
