import Console
import Intent
import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI
import YAML

/// The objects of other projects that the recommended plan becomes: what the operator would apply.
enum RecommendationManifests {
  static func yaml(_ advice: Advice) throws -> String {
    guard let plan = advice.recommended else { return "" }
    let deployment = try ModelDeployment(KubeObject(SpecificationWriter.manifest(of: advice.draft.request)))
    let serving = ServingIntent(
      deployment: deployment, plan: plan, settings: ManifestSettings(prometheusAddress: OperatorCommand.defaultPrometheus),
      isAutoscaled: true)
    return YAMLWriter.text(ServingManifests(for: serving).objects.map(\.json))
  }
}
