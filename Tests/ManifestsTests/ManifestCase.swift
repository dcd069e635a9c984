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
    var stated = ManifestSettings(
      podiumImage: "registry.example/podium:1.0", prometheusAddress: settings?["prometheusAddress"]?.string,
      simulatorSpeed: settings?["simulatorSpeed"]?.double ?? 1)
    stated.externalScalerAddress = settings?["externalScalerAddress"]?.string
    stated.externalMetric = settings?["externalMetric"]?.string
    stated.monitoring = MonitoringSettings(
      alerts: settings?["alerts"]?.bool ?? false, dashboards: settings?["dashboards"]?.bool ?? false,
      runbookURL: settings?["runbookURL"]?.string)
    let deployment = try ModelDeployment(object)
    var intent = ServingIntent(
      deployment: deployment, plan: plan, settings: stated, isAutoscaled: settings?["isAutoscaled"]?.bool ?? true)
    if stated.externalMetric != nil { intent.autoscaler = .horizontalPodAutoscaler }
    intent.platform = deployment.serving.platform ?? .kserve
    intent.modelGigabytes = settings?["modelGigabytes"]?.double
    intent.tiers = (settings?["tiers"]?.array ?? []).map { tier in
      ServedTier(
        name: tier["name"]?.string ?? "", isProtected: tier["isProtected"]?.bool ?? false,
        hasObjective: tier["hasObjective"]?.bool ?? false, tolerableErrorRate: tier["tolerableErrorRate"]?.double ?? 0.05)
    }
    self.intent = intent
  }

  var objects: [KubeObject] { ServingManifests(for: intent).objects }
}
