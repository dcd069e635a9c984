import ArgumentParser
import Manifests

/// How deployments are scaled and watched, beside the defaults.
struct ScalingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Scale by an HPA where KEDA is absent, on this external metric of the cluster's metrics adapter.", valueName: "name")
  )
  var hpaMetric: String?
  @Option(help: ArgumentHelp("Where KEDA reaches the operator's own scaler; it goes before Prometheus.", valueName: "host:port"))
  var externalScaler: String?

  func apply(to settings: inout ManifestSettings) {
    settings.externalMetric = hpaMetric
    settings.externalScalerAddress = externalScaler
  }
}

struct MonitoringOptions: ParsableArguments {
  @Flag(help: "A PrometheusRule for each deployment: error budgets of its tiers, breakers, saturation.") var alerts = false
  @Flag(help: "A ConfigMap with Grafana dashboards for each deployment.") var dashboards = false
  @Option(help: ArgumentHelp("Where the runbooks are, for the alerts' runbook_url: charts/podium/runbooks, published.", valueName: "url"))
  var runbooks: String?

  func apply(to settings: inout ManifestSettings) {
    settings.monitoring = MonitoringSettings(alerts: alerts, dashboards: dashboards, runbookURL: runbooks)
  }
}
