import Planning

/// What the operator knows about the cluster and was told by its configuration, as far as other projects' objects need it.
package struct ManifestSettings: Sendable, Hashable {
  /// The image that has the `podium` program: for simulated model servers.
  package var podiumImage: String
  /// KServe's runtime for vLLM, used where a deployment names no image.
  package var vllmRuntime: String
  /// vLLM's image without a tag, where no runtime brings one.
  package var vllmImage = "vllm/vllm-openai"
  /// The version of vLLM that the arguments are written for; pins the runtime's image.
  package var vllmVersion: String
  /// Where KEDA asks for metrics; `nil` when there is no Prometheus, and then nothing scales that way.
  package var prometheusAddress: String?
  /// Where KEDA reaches the operator's own scaler, `host:port`; it goes before Prometheus.
  package var externalScalerAddress: String?
  /// An external metric of the cluster's metrics adapter that says how many requests a model has; for an HPA where KEDA is absent.
  package var externalMetric: String?
  /// How fast simulated model servers run; 1 is the speed of the hardware they play.
  package var simulatorSpeed: Double
  /// At what rates start-up times are estimated: 1 Gbit/s over the network, a plain SSD.
  package var downloadMegabytesPerSecond = 100.0
  package var loadMegabytesPerSecond = 300.0
  /// A Secret with HF_TOKEN, for servers that download weights themselves; it may be missing.
  package var huggingFaceSecret: String? = "huggingface"
  package var monitoring = MonitoringSettings()

  package init(
    podiumImage: String = "podium:latest", vllmRuntime: String = "kserve-vllmserver", vllmVersion: String = "v\(ServingEngine.vllmVersion)",
    prometheusAddress: String? = nil, simulatorSpeed: Double = 1
  ) {
    self.podiumImage = podiumImage
    self.vllmRuntime = vllmRuntime
    self.vllmVersion = vllmVersion
    self.prometheusAddress = prometheusAddress
    self.simulatorSpeed = simulatorSpeed
  }
}

/// What is made for those who watch.
package struct MonitoringSettings: Sendable, Hashable {
  /// A PrometheusRule for each deployment.
  package var alerts = false
  /// A ConfigMap with Grafana dashboards for each deployment.
  package var dashboards = false
  /// Where the runbooks are; a page is this, the alert's name and `.md`. `nil` leaves the annotation out.
  package var runbookURL: String?

  package init(alerts: Bool = false, dashboards: Bool = false, runbookURL: String? = nil) {
    self.alerts = alerts
    self.dashboards = dashboards
    self.runbookURL = runbookURL
  }
}
