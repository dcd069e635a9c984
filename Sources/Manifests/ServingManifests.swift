import Kubernetes

/// Everything that is made for a deployment: what the operator applies and what `podium plan -o manifests` prints.
package struct ServingManifests: Sendable {
  package let inferenceService: KubeObject
  /// `nil` when nothing scales it.
  package let scaledObject: KubeObject?
  package let podMonitor: KubeObject

  package init(for intent: ServingIntent) {
    inferenceService = InferenceServiceManifest.object(for: intent)
    scaledObject = ScaledObjectManifest.object(for: intent)
    podMonitor = PodMonitorManifest.object(for: intent)
  }
}
