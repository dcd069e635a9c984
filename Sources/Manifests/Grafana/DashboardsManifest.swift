import JSON
import Kubernetes
import QoSAPI

/// The dashboards of a deployment, as a ConfigMap that Grafana's sidecar finds by its label.
package enum DashboardsManifest {
  package static func object(for intent: ServingIntent) -> KubeObject {
    var object = intent.object(.configMap, named: name(intent), labels: ["grafana_dashboard": "1"])
    object["data"] = .object(
      JSONObject(
        dashboards(for: intent).map {
          ("podium-\(intent.namespace)-\(intent.name)-\($0.kind).json", .string($0.dashboard.json.text(.indented)))
        }))
    return object
  }

  static func name(_ intent: ServingIntent) -> String { "\(intent.name)-dashboards" }

  static func dashboards(for intent: ServingIntent) -> [(kind: String, dashboard: Dashboard)] {
    [("tiers", TierDashboard.make(intent)), ("model", ModelDashboard.make(intent)), ("capacity", CapacityDashboard.make(intent))]
  }

  /// Every expression of every panel, for tests.
  package static func expressions(for intent: ServingIntent) -> [String] { dashboards(for: intent).flatMap(\.dashboard.expressions) }

  static func dashboard(_ kind: String, _ title: String, _ intent: ServingIntent, _ rows: [[Dashboard.Panel]]) -> Dashboard {
    Dashboard(
      uid: "podium-\(Dashboard.digest("\(intent.namespace)/\(intent.name)"))-\(kind)",
      title: "Podium: \(intent.namespace)/\(intent.name), \(title)", rows: rows)
  }
}

extension MonitoredModel {
  /// The 95th percentile of a histogram of the data plane, by tier.
  func percentile(_ metric: String) -> String {
    "histogram_quantile(0.95, sum by (le, tier) (rate(\(own("\(metric)_bucket"))[$__rate_interval])))"
  }

  /// By tier, over what Grafana takes for one point.
  func rate(_ metric: String, _ more: String = "", by labels: String = "tier") -> String {
    "sum by (\(labels)) (rate(\(own(metric, more))[$__rate_interval]))"
  }
}
