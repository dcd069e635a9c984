import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI
import TestKit

/// The input of a golden pair: a ModelDeployment whose status holds its plan, and optionally a document `settings:`.
struct ManifestCase {
  let intent: ServingIntent

  init(_ documents: [JSONValue]) throws {
    guard let object = documents.first(where: { $0["kind"]?.string == "ModelDeployment" }).map(KubeObject.init),
      let plan = CapacityPlan(statusJSON: object[["status", "plan"]])
    else { throw TestKitError("the input needs a ModelDeployment with status.plan") }
    let settings = documents.first { $0["settings"] != nil }?["settings"]
    intent = ServingIntent(
      deployment: try ModelDeployment(object), plan: plan,
      settings: ManifestSettings(
        podiumImage: "registry.example/podium:1.0", prometheusAddress: settings?["prometheusAddress"]?.string,
        simulatorSpeed: settings?["simulatorSpeed"]?.double ?? 1),
      isAutoscaled: settings?["isAutoscaled"]?.bool ?? true)
  }

  var objects: [KubeObject] {
    [InferenceServiceManifest.object(for: intent), ScaledObjectManifest.object(for: intent), PodMonitorManifest.object(for: intent)]
      .compactMap { $0 }
  }
}
