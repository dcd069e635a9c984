import JSON
import Kubernetes
import QoSAPI

/// prometheus-operator's PodMonitor for the model servers.
package enum PodMonitorManifest {
  package static func object(for intent: ServingIntent) -> KubeObject {
    var object = intent.object(.podMonitor)
    object["spec"] = [
      "selector": ["matchLabels": JSONValue(intent.platform.podLabels(intent.name))],
      // By number: KServe's own runtime declares no named port.
      "podMetricsEndpoints": [
        [
          "portNumber": JSONValue(intent.platform.port), "path": "/metrics", "interval": "10s", "scrapeTimeout": "5s",
          "filterRunning": true,
        ]
      ],
    ]
    return object
  }
}
