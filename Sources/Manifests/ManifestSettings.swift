import Planning

/// What the operator knows about the cluster and was told by its configuration, as far as other projects' objects need it.
package struct ManifestSettings: Sendable, Hashable {
  /// The image that has the `podium` program: for simulated model servers.
  package var podiumImage: String
  /// KServe's runtime for vLLM, used where a deployment names no image.
  package var vllmRuntime: String
  /// The version of vLLM that the arguments are written for; pins the runtime's image.
  package var vllmVersion: String
  /// Where KEDA asks for metrics; `nil` when there is no Prometheus, and then nothing scales.
  package var prometheusAddress: String?
  /// How fast simulated model servers run; 1 is the speed of the hardware they play.
  package var simulatorSpeed: Double

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
