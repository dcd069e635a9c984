/// How long a model server takes until it answers, from the size of its weights and stated rates.
///
///     Deployment starts ─▶ fetch (size ÷ download rate) ─▶ load (size ÷ load rate) ─▶ compile and capture (fixed) ─▶ ready
///                          └── an init container, where the platform has one ──┘
package struct StartupTime: Sendable, Hashable {
  /// KServe gives a rollout so many seconds, and nothing sets it (KServe 0.20).
  package static let kservesPatience = 600
  /// Compiling, capturing CUDA graphs, starting processes: what does not grow with the weights.
  static let fixedSeconds = 180.0
  /// Half an hour, as KServe's own runtime has it, where the size is not known.
  static let unknownSeconds = 1800
  /// Disks and networks are shared: a probe waits twice as long as the rates say.
  static let patience = 2.0

  /// Until the pod is ready; `nil` when the size of the weights is not known.
  package let expectedSeconds: Int?
  /// What a startup probe has to allow: the part that happens in the server's own container.
  let probeSeconds: Int

  package init(_ intent: ServingIntent) {
    guard intent.deployment.serving.runtime == .vllm, let gigabytes = intent.modelGigabytes, gigabytes > 0 else {
      expectedSeconds = nil
      probeSeconds = Self.unknownSeconds
      return
    }
    let fetching = intent.source.isRemote ? gigabytes * 1000 / intent.settings.downloadMegabytesPerSecond : 0
    let loading = gigabytes * 1000 / intent.settings.loadMegabytesPerSecond
    expectedSeconds = Self.rounded(fetching + loading + Self.fixedSeconds)
    let inContainer = loading + Self.fixedSeconds + (intent.platform.fetchesWeights ? 0 : fetching)
    probeSeconds = min(14_400, max(600, Self.rounded(inContainer * Self.patience)))
  }

  /// Up to whole tens, the period of the probe.
  private static func rounded(_ seconds: Double) -> Int { Int((min(seconds, 1e6) / 10).rounded(.up)) * 10 }
}
