import ArgumentParser
import Foundation
import JSON
import Manifests
import Planning
import YAML

/// How a plan is rendered as objects for a cluster.
struct ManifestOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The namespace of objects that name none.") var namespace = "default"
  @Option(
    help: ArgumentHelp("Where KEDA asks for metrics; empty when there is no Prometheus, and then nothing scales.", valueName: "url"))
  var prometheus = OperatorCommand.defaultPrometheus
  @Option(help: ArgumentHelp("The image of simulated model servers.", valueName: "image")) var podiumImage = "podium:\(Version.current)"

  /// Prints the objects that the operator would make, as one stream of documents.
  func show(_ scenario: PlanScenario, _ result: PlanResult) throws {
    switch result {
    case .noViablePlan(let refusal): FileHandle.standardError.write(Data("\(refusal.message)\n".utf8))
    case .planned(let recommendation):
      let plan = recommendation.plan
      let address = prometheus.isEmpty ? nil : prometheus
      let intent = ServingIntent(
        deployment: try scenario.deployment(namespace: namespace), plan: plan,
        settings: ManifestSettings(podiumImage: podiumImage, prometheusAddress: address), isAutoscaled: address != nil)
      // The servers' metrics are for Prometheus.
      let wanted = ServingManifests(for: intent).objects.filter { address != nil || $0.kind != "PodMonitor" }.map(\.json)
      print("# \(plan.configuration) for \(plan.model), \(plan.confidence.rawValue) (\(plan.basis.rawValue)), as the operator makes it.")
      print("# Where the operator runs, apply the ModelDeployment instead: it leaves objects alone that are not its own.")
      print(YAMLWriter.text(wanted), terminator: "")
    }
  }
}
