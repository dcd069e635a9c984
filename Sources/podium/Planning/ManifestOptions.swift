import ArgumentParser
import Foundation
import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI
import Reconciliation
import Scheduling
import YAML

/// How a plan is rendered as objects for a cluster.
struct ManifestOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The namespace of objects that name none.") var namespace = "default"
  @Option(
    help: ArgumentHelp("Where KEDA asks for metrics; empty when there is no Prometheus, and then nothing scales.", valueName: "url"))
  var prometheus = OperatorCommand.defaultPrometheus
  @Option(help: ArgumentHelp("The image of simulated model servers.", valueName: "image")) var podiumImage = "podium:\(Version.current)"
  @Option(help: ArgumentHelp("A file with the QoSPolicy whose tiers count; without it the built-in tiers.", valueName: "file"))
  var policy: String?
  @Flag(help: "A ServiceMonitor for Podium's own pods, as the chart installs them in --namespace.") var serviceMonitor = false
  @OptionGroup var scaling: ScalingOptions
  @OptionGroup var monitoring: MonitoringOptions
  @OptionGroup var gateways: GatewayOptions

  /// Prints the objects that the operator would make, as one stream of documents.
  func show(_ scenario: PlanScenario, _ result: PlanResult, _ knowledge: Knowledge) throws {
    switch result {
    case .noViablePlan(let refusal): FileHandle.standardError.write(Data("\(refusal.message)\n".utf8))
    case .planned(let recommendation):
      let plan = recommendation.plan
      let intent = try intent(scenario, plan, knowledge)
      if let obstacle = DeploymentManifest.obstacle(intent) ?? VLLMArguments.obstacle(intent)
        ?? LLMInferenceServiceManifest.obstacle(intent)
      {
        throw ValidationError(obstacle)
      }
      // The servers' metrics are for Prometheus.
      var wanted = ServingManifests(for: intent).objects.filter { !prometheus.isEmpty || $0.kind != "PodMonitor" }
      wanted += try gateways.objects(intent, policy: try policyObject())
      if serviceMonitor { wanted.append(ServiceMonitorManifest.object(namespace: namespace, release: "podium")) }
      let problems = wanted.flatMap { object in ManifestAudit.findings(object).map { "\(object.kind) \(object.name): \($0)" } }
      guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "\n")) }
      print("# \(plan.configuration) for \(plan.model), \(plan.confidence.rawValue) (\(plan.basis.rawValue)), as the operator makes it.")
      print("# Where the operator runs, apply the ModelDeployment instead: it leaves objects alone that are not its own.")
      print(YAMLWriter.text(wanted.map(\.json)), terminator: "")
    }
  }

  private func intent(_ scenario: PlanScenario, _ plan: CapacityPlan, _ knowledge: Knowledge) throws -> ServingIntent {
    var settings = ManifestSettings(podiumImage: podiumImage, prometheusAddress: prometheus.isEmpty ? nil : prometheus)
    scaling.apply(to: &settings)
    monitoring.apply(to: &settings)
    let deployment = try scenario.deployment(namespace: namespace)
    let hasDemand = settings.prometheusAddress != nil || settings.externalScalerAddress != nil
    var intent = ServingIntent(deployment: deployment, plan: plan, settings: settings, isAutoscaled: hasDemand)
    if settings.externalMetric != nil { intent.autoscaler = .horizontalPodAutoscaler }
    intent.platform = deployment.serving.platform ?? .kserve
    intent.modelGigabytes = knowledge.gigabytes(of: plan.model)
    intent.tiers = try tiers().map { ServedTier($0) }
    return intent
  }

  private func tiers() throws -> [TierPolicy] {
    try policyObject().map { SchedulingPolicy($0).tiers } ?? SchedulingPolicy.standard.tiers
  }

  /// The QoSPolicy of `--policy`; `nil` without it.
  private func policyObject() throws -> QoSPolicy? {
    guard let policy else { return nil }
    let bytes = try UserFile.read(policy, option: "--policy")
    let documents: [JSONValue]
    do {
      documents = try YAMLParser.documents(bytes)
    } catch {
      throw ValidationError("--policy \(policy): \(error)")
    }
    guard let object = documents.first(where: { $0["kind"]?.string == "QoSPolicy" }) else {
      throw ValidationError("--policy \(policy) holds no QoSPolicy; write the file that kubectl would apply")
    }
    do {
      return try QoSPolicy(KubeObject(object))
    } catch {
      throw ValidationError("--policy \(policy): \(error)")
    }
  }
}
