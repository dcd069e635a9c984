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

  @Option(
    help: ArgumentHelp("How fast weights are downloaded, in MB/s: start-up probes wait that long.", valueName: "MB/s"))
  var downloadRate = ManifestSettings().downloadMegabytesPerSecond
  @Option(help: ArgumentHelp("How fast weights are read from disk into GPUs, in MB/s.", valueName: "MB/s"))
  var loadRate = ManifestSettings().loadMegabytesPerSecond

  func validate() throws {
    for (name, rate) in [("--download-rate", downloadRate), ("--load-rate", loadRate)] where !(rate >= 1 && rate <= 1e6) {
      throw ValidationError("\(name) \(rate): write megabytes a second, 1 to 1000000")
    }
  }

  func apply(to settings: inout ManifestSettings) {
    settings.downloadMegabytesPerSecond = downloadRate
    settings.loadMegabytesPerSecond = loadRate
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
