import JSON
import Kubernetes
import QoSAPI

/// prometheus-operator's ServiceMonitor for Podium's own pods, as the chart installs them.
package enum ServiceMonitorManifest {
  /// - Parameters:
  ///   - namespace: where the chart is installed.
  ///   - release: the chart's release.
  package static func object(namespace: String, release: String) -> KubeObject {
    var object = KubeObject(.serviceMonitor, namespace: namespace, name: release)
    object[["metadata", "labels"]] = ["app.kubernetes.io/managed-by": "podium", "app.kubernetes.io/part-of": "podium"]
    // The data plane's metrics name the namespace of the model; without honorLabels Prometheus would put that of the pod in its place.
    func endpoint(_ port: String) -> JSONValue {
      ["port": .string(port), "path": "/metrics", "interval": "10s", "scrapeTimeout": "5s", "honorLabels": true]
    }
    object["spec"] = [
      "selector": ["matchLabels": ["app.kubernetes.io/name": "podium", "app.kubernetes.io/instance": .string(release)]],
      "endpoints": [endpoint("http-gateway"), endpoint("http-metrics")],
    ]
    return object
  }
}
